import { AppError } from "../../../base/index.ts";
import type { TreeEntry } from "../../git/git-tree.ts";
import { findTreeCommit } from "./find-commit.ts";
import { type Fetching, openMirror, type TreePorts } from "./open-mirror.ts";
import { requireTreePath } from "./tree-path.ts";

export interface TreeFile {
  readonly ref: string;
  readonly commit: string;
  readonly entry: TreeEntry & { readonly kind: "file" | "link" | "submodule" };
  readonly sizeBytes: number | null;
  /** Text of a file or target of a symbolic link, or null if it is omitted. */
  readonly content: string | null;
  /** Reason why `content` is omitted, or null if it is not. */
  readonly leftOut: "binary" | "tooLarge" | "submodule" | null;
  readonly isStale: boolean;
}

const MAX_BYTES = 1024 * 1024;

/**
 * Reads a file in a commit. Throws `invalid_input` if the path is not valid, `not_found` if it is not a file in the
 * commit, or the errors of `openMirror` and `findTreeCommit`.
 */
export async function readTreeFile(
  ports: TreePorts,
  { organizationId, repositoryId }: { readonly organizationId: string; readonly repositoryId: string },
  wanted: { readonly ref?: string | undefined; readonly path: string },
  signal: AbortSignal,
  fetching: Fetching,
): Promise<TreeFile> {
  const path = requireTreePath(wanted.path);
  const mirror = await openMirror(ports, organizationId, repositoryId, signal, fetching);
  const { mirrorPath, problem } = mirror;
  const { ref, commit } = await findTreeCommit(ports, mirror, wanted.ref, signal);
  const entry = commit === null ? null : await ports.git.findEntry({ mirrorPath, commit, path }, signal);
  if (commit === null || entry === null)
    throw new AppError(
      "not_found",
      `File ${JSON.stringify(path)} was not found at ${JSON.stringify(ref)}. To find a file, use "search" in GET /v1/repositories/{repositoryId}/tree.`,
    );
  if (!isFile(entry))
    throw new AppError(
      "not_found",
      `${JSON.stringify(path)} is a folder, not a file. List it with GET /v1/repositories/{repositoryId}/tree.`,
    );
  const file = { ref, commit, entry, isStale: problem !== null };
  if (entry.kind === "submodule") return { ...file, sizeBytes: null, content: null, leftOut: "submodule" };
  const [sizeBytes = null] = await ports.git.sizesOf({ mirrorPath, ids: [entry.id] }, signal);
  if (sizeBytes === null || sizeBytes > MAX_BYTES)
    return { ...file, sizeBytes, content: null, leftOut: "tooLarge" };
  const bytes = await ports.git.readBlob({ mirrorPath, id: entry.id, maxBytes: MAX_BYTES }, signal);
  const content = decodeText(bytes);
  return { ...file, sizeBytes, content, leftOut: content === null ? "binary" : null };
}

const isFile = (entry: TreeEntry): entry is TreeFile["entry"] => entry.kind !== "folder";

function decodeText(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof TypeError) return null;
    throw cause;
  }
}
