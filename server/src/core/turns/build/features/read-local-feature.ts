import { AppError, paths } from "../../../base/index.ts";
import type { FeatureFile } from "../../layer/images.ts";
import type { BuildCheckout, BuildContext } from "../build-context.ts";

const maxFiles = 500;
const maxBytes = 16 * 1024 ** 2;

/**
 * Reads the files of a feature in a folder of the repository. Throws `invalid_input` if there is no such folder, or it contains a link,
 * more than 500 files or more than 16 MiB.
 */
export async function readLocalFeature(
  { ports: { git, settings } }: Pick<BuildContext, "ports">,
  { repository, commit, directory, branch }: BuildCheckout,
  folder: string,
  signal: AbortSignal,
): Promise<FeatureFile[]> {
  const fail = (sentence: string) =>
    new AppError(
      "invalid_input",
      `The feature in ${folder} on the branch ${branch} of ${directory} ${sentence}`,
    );
  const mirrorPath = paths.mirror(settings.dataDir, repository.id);
  const tree = commit === null ? null : await git.findEntry({ mirrorPath, commit, path: folder }, signal);
  if (tree?.kind !== "folder") throw fail("does not exist. Push the folder, or correct its name.");
  const { entries, isCut } = await git.readTree(
    { mirrorPath, tree: tree.id, search: "", maxEntries: maxFiles },
    signal,
  );
  if (isCut) throw fail(`has more than ${maxFiles} files. Remove some of them.`);
  // A hostile repository can contain names that git itself would not create.
  const other = entries.find(({ kind, path }) => kind !== "file" || /(?:^|\/)\.{1,2}(?:\/|$)/.test(path));
  if (other !== undefined)
    throw fail(`contains ${JSON.stringify(other.path)}, which is not a file. Replace it by a file.`);
  const sizes = await git.sizesOf({ mirrorPath, ids: entries.map(({ id }) => id) }, signal);
  const total = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  if (total > maxBytes) throw fail(`has more than ${maxBytes / 1024 ** 2} MiB. Remove some of its files.`);
  const files: FeatureFile[] = [];
  for (const { path, id, mode } of entries)
    files.push({
      path,
      isExecutable: mode === "100755",
      content: await git.readBlob({ mirrorPath, id, maxBytes }, signal),
    });
  return files;
}
