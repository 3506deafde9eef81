import { createHash } from "node:crypto";
import { join } from "node:path";
import { readObject } from "../../host-git/objects/read-object.ts";
import { type GitRun, gitText, runGit } from "../process/run-git.ts";
import { objectsIn } from "../read/objects.ts";
import { openRegular } from "../workspace/workspace-head.ts";
import type { TreeChange } from "./tree-changes.ts";

export interface PointerCheck {
  /** Options for running git in the annex, with its index. */
  readonly git: Omit<GitRun, "args" | "stdin">;
  readonly capturePath: string;
  readonly workTree: string;
  /** Differences between the tip and the tree in the index. */
  readonly changes: readonly TreeChange[];
}

const maxPointerBytes = 1024;
/** Maximum number of changes whose size is not determined first. */
const maxUnsized = 100;

/**
 * Restores Git LFS pointers and returns the new tree, or null if there are none to restore. Git LFS inside the sandbox replaces each pointer
 * with the file's contents (git-lfs "docs/spec.md"). Host git runs no filters, so it would otherwise commit the contents. Restores a pointer
 * only if the contents match its hash.
 */
export async function keepPointers(check: PointerCheck, signal: AbortSignal): Promise<string | null> {
  const { git, workTree, changes } = check;
  const modified = changes.filter(
    ({ change, modes }) => change === "modified" && modes.every((mode) => mode.startsWith("100")),
  );
  const restored: string[] = [];
  for (const { modes, before, path } of modified.length > maxUnsized
    ? await smallOnes(git, modified)
    : modified) {
    const content = await readSmall(check, before, signal);
    const pointer = content && readPointer(content);
    if (pointer === null || !(await holds(join(workTree, path), pointer, signal))) continue;
    restored.push(`${modes[1]} ${before} 0\t${path}\0`);
  }
  if (restored.length === 0) return null;
  await runGit({ ...git, args: ["update-index", "-z", "--index-info"], stdin: restored.join("") });
  return gitText({ ...git, args: ["write-tree"] });
}

async function smallOnes(
  git: PointerCheck["git"],
  files: readonly TreeChange[],
): Promise<readonly TreeChange[]> {
  const args = ["cat-file", "--batch-check=%(objectsize)"];
  const stdin = files.map(({ before }) => `${before}\n`).join("");
  const sizes = (await gitText({ ...git, args, stdin })).split("\n");
  return files.filter((_, index) => Number(sizes[index]) <= maxPointerBytes);
}

/** Returns the content of a blob, or null if it is too large for a pointer. Only the annex contains the blobs of the workspace's commits. */
async function readSmall(
  { git, capturePath }: PointerCheck,
  blob: string,
  signal: AbortSignal,
): Promise<Buffer | null> {
  const wanted = { name: blob, type: "blob", maxBytes: maxPointerBytes };
  const found = await readObject(objectsIn(capturePath), wanted, signal);
  if (found !== null) return found === "tooLarge" ? null : found;
  const limits = { maxOutputBytes: maxPointerBytes + 1, isCut: true };
  const { stdout } = await runGit({ ...git, ...limits, args: ["cat-file", "blob", blob] });
  return stdout.length > maxPointerBytes ? null : stdout;
}

interface Pointer {
  readonly oid: string;
  readonly sizeBytes: number;
}

function readPointer(content: Buffer): Pointer | null {
  const text = content.toString("latin1");
  if (!text.startsWith("version https://git-lfs.github.com/spec/v1\n")) return null;
  const oid = /^oid sha256:([0-9a-f]{64})$/m.exec(text)?.[1];
  const size = /^size (\d{1,15})$/m.exec(text)?.[1];
  return oid && size ? { oid, sizeBytes: Number(size) } : null;
}

/**
 * Returns true if the file has the contents that the pointer identifies. Reads at most the pointer's size, even if the file changes during
 * the read.
 */
async function holds(path: string, { oid, sizeBytes }: Pointer, signal: AbortSignal): Promise<boolean> {
  const file = await openRegular(path);
  if (file === null) return false;
  try {
    if ((await file.stat()).size !== sizeBytes) return false;
    const hash = createHash("sha256");
    const chunk = Buffer.alloc(1024 * 1024);
    for (let at = 0; at < sizeBytes; ) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, sizeBytes - at), at);
      if (bytesRead === 0) return false;
      hash.update(chunk.subarray(0, bytesRead));
      at += bytesRead;
    }
    return hash.digest("hex") === oid;
  } finally {
    await file.close();
  }
}
