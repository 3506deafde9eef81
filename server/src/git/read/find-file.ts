import type { GitSite } from "../../core/forges/index.ts";
import { type ObjectRepository, readObject } from "../../host-git/objects/read-object.ts";
import { runGit } from "../process/run-git.ts";
import { objectsIn } from "./objects.ts";
import { readTreeEntries } from "./tree-entries.ts";

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
  const capture = objectsIn(gitDir);
  const folders = new Set(input.paths.map((path) => path.slice(0, path.lastIndexOf("/") + 1)));
  const listed = await listFolders(capture, input.commit, folders, signal);
  for (const path of input.paths) {
    const blob = listed.get(path);
    if (blob === undefined) continue;
    const whole = await readObject(capture, { name: blob, type: "blob", maxBytes: input.maxBytes }, signal);
    const content = whole === "tooLarge" ? await readBeginning(gitDir, blob, input.maxBytes, signal) : whole;
    return content === null ? null : content.toString("utf8").replaceAll("\0", "\uFFFD");
  }
  return null;
}

async function readBeginning(
  gitDir: string,
  blob: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const args = ["cat-file", "blob", blob];
  const { stdout } = await runGit({ gitDir, args, maxOutputBytes: maxBytes, isCut: true, signal });
  return stdout.subarray(0, maxBytes);
}

/** Returns blobs by lowercase path. Looks up each path segment separately, because the search also ignores the case of folder names. */
async function listFolders(
  capture: ObjectRepository,
  commit: string,
  folders: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const blobs = new Map<string, string>();
  for (const folder of folders) {
    const trees = await treesAt(capture, commit, folder.split("/").filter(Boolean), signal);
    for (const tree of trees)
      for (const { mode, name, id } of (await readTreeEntries(capture, tree, signal)) ?? [])
        if (mode.startsWith("100")) blobs.set(`${folder}${name.toLowerCase()}`, id);
  }
  return blobs;
}

async function treesAt(
  capture: ObjectRepository,
  commit: string,
  steps: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  let trees: readonly string[] = [`${commit}^{tree}`];
  for (const step of steps) {
    const next: string[] = [];
    for (const tree of trees)
      for (const { mode, name, id } of (await readTreeEntries(capture, tree, signal)) ?? [])
        if (mode === "40000" && name.toLowerCase() === step) next.push(id);
    trees = next;
  }
  return trees;
}
