import { createReadStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { GitSite, SavedCapture } from "../../core/forges/index.ts";
import { baseRef, isDirectory, publishedRef } from "../capture/capture-state.ts";
import { gitText } from "../process/run-git.ts";
import { readRefs } from "../read/read-refs.ts";
import { listRefs } from "../remote/mirror.ts";
import { shallowFile } from "../remote/shallow.ts";
import { borrowedFrom } from "../workspace/borrow-objects.ts";
import { excludeFile } from "../workspace/checkout-files.ts";
import { writeRepository } from "../workspace/write-repository.ts";

/**
 * Passes the capture repository to `use`, without what every mirror of the repository contains. The packs can be read until `use` returns.
 * Returns null if there is no capture repository. Throws `git_failed` if git fails.
 */
export async function exportCapture<T>(
  site: GitSite,
  use: (saved: SavedCapture) => Promise<T>,
  signal: AbortSignal,
): Promise<T | null> {
  const { capturePath, mirrorPath } = site;
  if (!(await isDirectory(capturePath))) return null;
  const own = await readRefs({ gitDir: capturePath, signal }, ["refs"]);
  // The forge may delete the session's own branch when it is merged, so its commits are saved even while they are there.
  const onForge = [...(await listRefs(mirrorPath, signal))].flatMap(([name, sha]) =>
    own.has(name) ? [] : [sha],
  );
  const former = [baseRef, publishedRef].flatMap((name) => own.get(name) ?? []);
  const folder = await mkdtemp(`${capturePath}.saved-`);
  try {
    const gitDir = join(folder, "git");
    const alternates = [borrowedFrom(gitDir, capturePath)];
    // Git creates a pack in the repository's own folder and then renames it, which works only within one mount.
    writeRepository(gitDir, { isBare: true, branch: "none", alternates, owner: null });
    const pack = (name: string, wanted: readonly string[], excluded: readonly string[]) =>
      packCommits(site, { folder, name, wanted, excluded }, signal);
    const formerPack = await pack("former", former, onForge);
    const ownPack = await pack("own", [...own.values()], [...onForge, ...former]);
    return await use({
      refs: Object.fromEntries(own),
      exclude: await readExclude(capturePath),
      formerPack: formerPack === null ? null : createReadStream(formerPack),
      ownPack: ownPack === null ? null : createReadStream(ownPack),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Packing {
  readonly folder: string;
  readonly name: string;
  readonly wanted: readonly string[];
  readonly excluded: readonly string[];
}

/** Packs commits and their content. Returns the path of the pack, or null if the excluded commits contain everything. */
async function packCommits(
  { mirrorPath }: GitSite,
  { folder, name, wanted, excluded }: Packing,
  signal: AbortSignal,
): Promise<string | null> {
  if (wanted.length === 0) return null;
  const path = join(folder, name);
  const id = await gitText({
    gitDir: join(folder, "git"),
    shallowFile: shallowFile(mirrorPath),
    isScratch: true,
    args: ["pack-objects", "--quiet", "--revs", "--non-empty", path],
    stdin: `${[...wanted, ...excluded.map((sha) => `^${sha}`)].join("\n")}\n`,
    folder,
    signal,
  });
  return id === "" ? null : `${path}-${id}.pack`;
}

async function readExclude(capturePath: string): Promise<string | null> {
  try {
    return await readFile(join(capturePath, excludeFile), "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw cause;
  }
}
