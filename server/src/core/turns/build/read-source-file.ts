import { paths } from "../../base/index.ts";
import type { MirrorFile } from "../../forges/index.ts";
import type { BuildCheckout, BuildContext } from "./build-context.ts";

/**
 * Reads a file of the commit that the build uses. Returns `tooLarge` if the file has more than `maxBytes` bytes, or null if
 * the commit has no such file.
 */
export async function readSourceFile(
  { ports: { git, settings } }: Pick<BuildContext, "ports">,
  { repository, commit }: BuildCheckout,
  { path, maxBytes }: { readonly path: string; readonly maxBytes: number },
  signal: AbortSignal,
): Promise<MirrorFile | null> {
  if (commit === null) return null;
  const mirrorPath = paths.mirror(settings.dataDir, repository.id);
  const entry = await git.findEntry({ mirrorPath, commit, path }, signal);
  if (entry?.kind !== "file") return null;
  const [size = null] = await git.sizesOf({ mirrorPath, ids: [entry.id] }, signal);
  if (size === null || size > maxBytes) return { kind: "tooLarge" };
  const bytes = await git.readBlob({ mirrorPath, id: entry.id, maxBytes }, signal);
  return { kind: "text", text: bytes.toString("utf8") };
}
