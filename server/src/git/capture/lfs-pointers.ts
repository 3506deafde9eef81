import { createHash } from "node:crypto";
import { join } from "node:path";
import { type GitRun, gitText, runGit } from "../process/run-git.ts";
import { openRegular } from "../workspace/workspace-head.ts";

export interface PointerCheck {
  /** Options for running git in the annex, with its index. */
  readonly git: Omit<GitRun, "args" | "stdin">;
  readonly workTree: string;
  readonly tip: string;
  /** Tree that the index contains. */
  readonly tree: string;
}

const maxPointerBytes = 1024;
const maxChanges = 20_000;

/**
 * Restores Git LFS pointers and returns the new tree. Git LFS inside the sandbox replaces each pointer with the file's contents (git-lfs
 * "docs/spec.md"). Host git runs no filters, so it would otherwise commit the contents. Restores a pointer only if the contents match its
 * hash.
 */
export async function keepPointers(check: PointerCheck, signal: AbortSignal): Promise<string> {
  const { git, workTree, tip, tree } = check;
  const changed = await changedFiles(check);
  const restored: string[] = [];
  for (const { mode, sha, path } of await smallOnes(git, changed)) {
    const pointer = readPointer((await runGit({ ...git, args: ["cat-file", "blob", sha] })).stdout);
    if (pointer === null || !(await holds(join(workTree, path), pointer, signal))) continue;
    restored.push(`${mode} ${sha} 0\t${path}\0`);
  }
  if (restored.length === 0) return tree;
  await runGit({ ...git, args: ["update-index", "-z", "--index-info"], stdin: restored.join("") });
  return gitText({ ...git, args: ["write-tree"] });

  async function changedFiles({ tree }: PointerCheck) {
    const args = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--diff-filter=M", tip, tree, "--"];
    const fields = (await runGit({ ...git, args })).stdout.toString("utf8").split("\0");
    const found: { mode: string; sha: string; path: string }[] = [];
    for (let at = 0; at + 1 < fields.length && found.length < maxChanges; at += 2) {
      const [, mode, newMode, sha] = /^:(\d+) (\d+) ([0-9a-f]+) /.exec(fields[at]!) ?? [];
      if (mode?.startsWith("100") && newMode?.startsWith("100"))
        found.push({ mode: newMode, sha: sha!, path: fields[at + 1]! });
    }
    return found;
  }
}

async function smallOnes<T extends { readonly sha: string }>(
  git: PointerCheck["git"],
  files: readonly T[],
): Promise<readonly T[]> {
  if (files.length === 0) return [];
  const args = ["cat-file", "--batch-check=%(objectsize)"];
  const sizes = (await gitText({ ...git, args, stdin: files.map(({ sha }) => `${sha}\n`).join("") })).split(
    "\n",
  );
  return files.filter((_, index) => Number(sizes[index]) <= maxPointerBytes);
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
