import type { GitTree, TreeEntry } from "../../core/forges/index.ts";
import { findObject } from "../../host-git/objects/read-object.ts";
import { runGit } from "../process/run-git.ts";
import { objectsIn } from "./objects.ts";

const maxListedBytes = 32 * 1024 * 1024;
const maxBranchBytes = 4 * 1024 * 1024;
/** Git's exit code for a missing mirror or object. */
const missing = [128];

const objectId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

export const findCommit: GitTree["findCommit"] = async ({ mirrorPath, ref }, signal) => {
  const names = [`refs/heads/${ref}`, `refs/tags/${ref}`];
  const { stdout } = await runGit({
    gitDir: mirrorPath,
    // An annotated tag is a separate object that refers to the commit.
    args: ["for-each-ref", "--format=%(objectname) %(*objectname) %(refname)", "--end-of-options", ...names],
    answers: missing,
    signal,
  });
  // Git also returns refs below a name, such as `main/new` for `main`.
  const lines = stdout.toString("utf8").split("\n");
  for (const name of names) {
    const [id, target] = lines.find((line) => line.endsWith(` ${name}`))?.split(" ") ?? [];
    if (id !== undefined) return target || id;
  }
  if (!objectId.test(ref)) return null;
  return (await findObject(objectsIn(mirrorPath), ref, signal))?.type === "commit" ? ref : null;
};

export const listBranches: GitTree["listBranches"] = async ({ mirrorPath }, signal) => {
  const { stdout } = await runGit({
    gitDir: mirrorPath,
    args: ["for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", "refs/heads"],
    answers: missing,
    maxOutputBytes: maxBranchBytes,
    isCut: true,
    signal,
  });
  const lines = stdout.toString("utf8").split("\n");
  // The part after the last line break is empty or truncated.
  return lines.slice(0, -1).map((line) => {
    const at = line.indexOf(" ");
    return { sha: line.slice(0, at), name: line.slice(at + 1) };
  });
};

export const findEntry: GitTree["findEntry"] = async ({ mirrorPath, commit, path }, signal) => {
  const { stdout } = await runGit({
    gitDir: mirrorPath,
    args: ["ls-tree", "-z", "--full-tree", "--end-of-options", commit, path],
    env: { GIT_LITERAL_PATHSPECS: "1" },
    signal,
  });
  const entry = entryOf(stdout.toString("utf8").split("\0", 1)[0]!);
  return entry?.path === path ? entry : null;
};

export const readTree: GitTree["readTree"] = async ({ mirrorPath, tree, search, maxEntries }, signal) => {
  const { stdout } = await runGit({
    gitDir: mirrorPath,
    args: ["ls-tree", "-z", "--full-tree", ...(search === null ? [] : ["-r"]), "--end-of-options", tree],
    maxOutputBytes: maxListedBytes,
    isCut: true,
    signal,
  });
  const lines = stdout.toString("utf8").split("\0");
  const sought = search?.toLowerCase();
  const entries: TreeEntry[] = [];
  for (const line of lines.slice(0, -1)) {
    if (
      sought !== undefined &&
      !line
        .slice(line.indexOf("\t") + 1)
        .toLowerCase()
        .includes(sought)
    )
      continue;
    if (entries.length === maxEntries) return { entries, isCut: true };
    const entry = entryOf(line);
    if (entry !== null) entries.push(entry);
  }
  return { entries, isCut: stdout.length >= maxListedBytes };
};

export const sizesOf: GitTree["sizesOf"] = async ({ mirrorPath, ids }, signal) => {
  if (ids.length === 0) return [];
  const { stdout } = await runGit({
    gitDir: mirrorPath,
    args: ["cat-file", "--batch-check=%(objectsize)"],
    stdin: ids.map((id) => `${id}\n`).join(""),
    signal,
  });
  const lines = stdout.toString("utf8").split("\n");
  return ids.map((_, index) => (/^\d+$/.test(lines[index]!) ? Number(lines[index]) : null));
};

export const readBlob: GitTree["readBlob"] = async ({ mirrorPath, id, maxBytes }, signal) => {
  const args = ["cat-file", "blob", id];
  return (await runGit({ gitDir: mirrorPath, args, maxOutputBytes: maxBytes, signal })).stdout;
};

const kinds: Readonly<Record<string, TreeEntry["kind"]>> = {
  "040000": "folder",
  "120000": "link",
  "160000": "submodule",
};

/** Parses an entry of `git ls-tree -z`, `<mode> <type> <id>\t<path>`. Returns null if it has another format. */
function entryOf(line: string): TreeEntry | null {
  const [, mode, id, path] = /^(\d{6}) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
  if (mode === undefined || id === undefined || path === undefined) return null;
  return { path, kind: kinds[mode] ?? "file", mode, id };
}
