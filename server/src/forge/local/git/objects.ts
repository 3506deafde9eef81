import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { repositoryGit } from "../repository-git.ts";

const maxTreeEntries = 100_000;
/** Maximum size of a blob in API responses. Larger blobs are available only through git. */
const maxBlobBytes = 10 * 1024 * 1024;

/** Returns the size of an object in bytes, or null if it does not exist or has another type. */
export async function objectSize(gitDir: string, name: string, type: string): Promise<number | null> {
  const asked = ["--git-dir", gitDir, "cat-file", "--batch-check=%(objecttype) %(objectsize)"];
  const [found, size] = (await repositoryGit(asked, [], `${name}\n`)).text.split(" ");
  return found === type ? Number(size) : null;
}

/** Returns the contents of a blob, or null if it does not exist or is too large. */
export async function readBlob(gitDir: string, name: string): Promise<Buffer | null> {
  const size = await objectSize(gitDir, name, "blob");
  if (size === null || size > maxBlobBytes) return null;
  const { bytes } = await repositoryGit(["--git-dir", gitDir, "cat-file", "blob", name]);
  return bytes;
}

export async function writeBlob(gitDir: string, content: Buffer): Promise<string> {
  const asked = ["--git-dir", gitDir, "hash-object", "-w", "--stdin"];
  return (await repositoryGit(asked, [], content)).text;
}

export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  /** Size in bytes, or null if the entry is not a blob. */
  readonly size: number | null;
}

/** Returns a tree, or null if it does not exist. `name` is the ID of a tree or commit, a branch name, or "<revision>:<path>". */
export async function readTree(
  gitDir: string,
  name: string,
  isRecursive: boolean,
): Promise<{
  readonly sha: string;
  readonly entries: readonly TreeEntry[];
  readonly isTruncated: boolean;
} | null> {
  if (name.startsWith("-") || /[\s~^?*[\\]|\.\.|@\{/.test(name)) return null;
  const find = async (revision: string) => {
    const asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", revision];
    const { code, text } = await repositoryGit(["--git-dir", gitDir, ...asked], [1, 128]);
    return code === 0 ? text : null;
  };
  // Git reads everything after a colon as a path, including a suffix that selects a tree.
  const object = name.includes(":") ? await find(name) : name;
  const sha = object === null ? null : await find(`${object}^{tree}`);
  if (sha === null) return null;
  const flags = isRecursive ? ["-r", "-t"] : [];
  const { text } = await repositoryGit(["--git-dir", gitDir, "ls-tree", "-z", "--long", ...flags, sha]);
  const lines = text.split("\0").filter((line) => line !== "");
  const entries = lines.slice(0, maxTreeEntries).map((line) => {
    const tab = line.indexOf("\t");
    const [mode, type, entry, size] = line.slice(0, tab).split(/ +/) as [string, string, string, string];
    return { path: line.slice(tab + 1), mode, type, sha: entry, size: size === "-" ? null : Number(size) };
  });
  return { sha, entries, isTruncated: lines.length > maxTreeEntries };
}

/** Creates a tree from a base tree and these entries. A null `sha` removes an entry. Returns null if git rejects the entries. */
export async function makeTree(
  gitDir: string,
  base: string | null,
  entries: readonly { readonly path: string; readonly mode: string; readonly sha: string | null }[],
): Promise<string | null> {
  const index = join(gitDir, `index-${randomUUID()}`);
  const environment = { GIT_INDEX_FILE: index };
  const git = (args: readonly string[], input = "") =>
    repositoryGit(["--git-dir", gitDir, ...args], [1, 128], input, environment);
  try {
    if (base !== null && (await git(["read-tree", base])).code !== 0) return null;
    for (const { path, mode, sha } of entries)
      if (
        mode === "040000" &&
        sha !== null &&
        (await git(["read-tree", `--prefix=${path}/`, sha])).code !== 0
      )
        return null;
    const lines = entries
      .filter(({ mode, sha }) => mode !== "040000" || sha === null)
      .map(({ path, mode, sha }) =>
        sha === null ? `0 ${"0".repeat(40)}\t${path}` : `${mode} ${sha}\t${path}`,
      );
    const fed = await git(["update-index", "-z", "--index-info"], lines.map((line) => `${line}\0`).join(""));
    if (fed.code !== 0) return null;
    const written = await git(["write-tree"]);
    return written.code === 0 ? written.text : null;
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}
