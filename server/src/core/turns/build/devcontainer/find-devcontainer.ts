import { AppError, paths } from "../../../base/index.ts";
import type { BuildCheckout, BuildContext } from "../build-context.ts";
import { readSourceFile } from "../read-source-file.ts";

const folder = ".devcontainer";
const fileName = "devcontainer.json";
const maxBytes = 256 * 1024;
const maxFolders = 100;

/**
 * Reads the devcontainer.json of a repository: the one at `path`, or the one at a standard path. Throws `invalid_input` if
 * there is none, there are several, or it is larger than 256 KiB.
 */
export async function findDevcontainer(
  context: Pick<BuildContext, "ports">,
  checkout: BuildCheckout,
  path: string | null,
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly text: string }> {
  const read = (at: string) => readSourceFile(context, checkout, { path: at, maxBytes }, signal);
  const candidates =
    path === null
      ? [`${folder}/${fileName}`, `.${fileName}`, ...(await listBelow(context, checkout, signal))]
      : [path];
  const where = `on the branch ${checkout.branch} of ${checkout.directory}`;
  const found: { readonly path: string; readonly text: string }[] = [];
  for (const candidate of candidates) {
    const file = await read(candidate);
    if (file?.kind === "tooLarge")
      throw new AppError(
        "invalid_input",
        `The file ${candidate} ${where} has more than ${maxBytes / 1024} KiB. Make it smaller.`,
      );
    if (file === null) continue;
    found.push({ path: candidate, text: file.text });
    // The paths of the folder's root take precedence.
    if (!candidate.startsWith(`${folder}/`) || candidate === `${folder}/${fileName}`) break;
  }
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  throw new AppError(
    "invalid_input",
    first === undefined
      ? `There is no ${path ?? fileName} ${where}. Push the file, or correct its path in the project.`
      : `There are several dev containers ${where}: ${found.map((one) => one.path).join(", ")}. Choose one in the project.`,
  );
}

async function listBelow(
  { ports: { git, settings } }: Pick<BuildContext, "ports">,
  { repository, commit }: BuildCheckout,
  signal: AbortSignal,
): Promise<string[]> {
  if (commit === null) return [];
  const mirrorPath = paths.mirror(settings.dataDir, repository.id);
  const entry = await git.findEntry({ mirrorPath, commit, path: folder }, signal);
  if (entry?.kind !== "folder") return [];
  const { entries } = await git.readTree(
    { mirrorPath, tree: entry.id, search: null, maxEntries: maxFolders },
    signal,
  );
  return entries.flatMap(({ path, kind }) => (kind === "folder" ? [`${folder}/${path}/${fileName}`] : []));
}
