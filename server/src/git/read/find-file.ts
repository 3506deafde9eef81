import type { GitSite } from "../../core/forges/index.ts";
import { gitText, runGit } from "../process/run-git.ts";

export interface FindFileInput {
  readonly site: GitSite;
  readonly commit: string;
  /** Lowercase paths, in order of preference. The search ignores case. */
  readonly paths: readonly string[];
  readonly maxBytes: number;
}

/**
 * Returns the contents of the first of these files that a commit of the capture repository contains, truncated to `maxBytes`, or null if it
 * contains none of them. Ignores links and folders.
 */
export async function findFile(input: FindFileInput, signal: AbortSignal): Promise<string | null> {
  const gitDir = input.site.capturePath;
  const folders = new Set(input.paths.map((path) => path.slice(0, path.lastIndexOf("/") + 1)));
  const listed = await listFolders(gitDir, input.commit, folders, signal);
  for (const path of input.paths) {
    const blob = listed.get(path);
    if (blob === undefined) continue;
    const { stdout } = await runGit({
      gitDir,
      args: ["cat-file", "blob", blob],
      maxOutputBytes: input.maxBytes,
      isCut: true,
      signal,
    });
    return stdout.subarray(0, input.maxBytes).toString("utf8").replaceAll("\0", "\uFFFD");
  }
  return null;
}

/** Returns blobs by lowercase path. Looks up each path segment separately, because the search also ignores the case of folder names. */
async function listFolders(
  gitDir: string,
  commit: string,
  folders: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const blobs = new Map<string, string>();
  for (const folder of folders) {
    const trees = await treesAt(gitDir, commit, folder.split("/").filter(Boolean), signal);
    for (const tree of trees)
      for (const entry of await readTree(gitDir, tree, signal))
        if (entry.type === "blob" && entry.mode.startsWith("100"))
          blobs.set(`${folder}${entry.name.toLowerCase()}`, entry.sha);
  }
  return blobs;
}

async function treesAt(
  gitDir: string,
  commit: string,
  steps: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  let trees: readonly string[] = [`${commit}^{tree}`];
  for (const step of steps) {
    const next: string[] = [];
    for (const tree of trees)
      for (const entry of await readTree(gitDir, tree, signal))
        if (entry.type === "tree" && entry.name.toLowerCase() === step) next.push(entry.sha);
    trees = next;
  }
  return trees;
}

async function readTree(gitDir: string, tree: string, signal: AbortSignal) {
  const text = await gitText({ gitDir, args: ["ls-tree", "-z", tree], signal });
  return text.split("\0").flatMap((line) => {
    const [, mode, type, sha, name] = /^(\d+) (\w+) ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    return mode && type && sha && name ? [{ mode, type, sha, name }] : [];
  });
}
