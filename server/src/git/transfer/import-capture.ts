import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { GitSite, SavedCapture } from "../../core/forges/index.ts";
import { isDirectory } from "../capture/capture-state.ts";
import { runGit } from "../process/run-git.ts";
import { shallowFile } from "../remote/shallow.ts";
import { borrowedFrom } from "../workspace/borrow-objects.ts";
import { checkoutConfig, checkoutConfigFile, excludeFile } from "../workspace/checkout-files.ts";
import { writeRepository } from "../workspace/write-repository.ts";
import { advanceRestored } from "./advance-restored.ts";

export interface ImportInput {
  readonly site: GitSite;
  readonly publicUrl: string;
  readonly branch: string;
  readonly saved: SavedCapture;
}

/**
 * Creates the capture repository from what `exportCapture` returned on another machine. History that the forge no longer has becomes part of
 * the mirror, so that the checkout finds it. Moves the checkout's branch to the captured head if it is behind. Does nothing if the capture repository exists. The mirror must be current.
 */
export async function importCapture(
  { site, publicUrl, branch, saved }: ImportInput,
  signal: AbortSignal,
): Promise<void> {
  const { capturePath, mirrorPath } = site;
  if (await isDirectory(capturePath)) return;
  await mkdir(dirname(capturePath), { recursive: true, mode: 0o711 });
  // The folder is next to its final path, so that the relative path of the mirror stays the same.
  const made = await mkdtemp(`${capturePath}.new-`);
  const add = (gitDir: string, pack: AsyncIterable<Uint8Array>, options: readonly string[]) =>
    addPack(site, { gitDir, pack, options, file: join(made, "incoming") }, signal);
  try {
    writeRepository(made, {
      isBare: true,
      branch,
      alternates: [borrowedFrom(capturePath, mirrorPath)],
      refs: new Map(Object.entries(saved.refs)),
      files: {
        [checkoutConfigFile]: checkoutConfig(publicUrl),
        ...(saved.exclude !== null && { [excludeFile]: saved.exclude }),
      },
      owner: null,
    });
    // No ref of the mirror leads to the commits of this pack, so only `--keep` protects it.
    if (saved.formerPack !== null) await add(mirrorPath, saved.formerPack, ["--keep"]);
    if (saved.ownPack !== null) await add(made, saved.ownPack, ["--strict"]);
    await rename(made, capturePath);
    await advanceRestored(site, branch, signal);
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

/** Adds a pack to a repository. The file at `file` exists only meanwhile. */
async function addPack(
  { mirrorPath }: GitSite,
  input: {
    readonly gitDir: string;
    readonly pack: AsyncIterable<Uint8Array>;
    readonly options: readonly string[];
    readonly file: string;
  },
  signal: AbortSignal,
): Promise<void> {
  const { gitDir, pack, options, file } = input;
  await pipeline(pack, createWriteStream(file, { mode: 0o600 }), { signal });
  const opened = await open(file, "r");
  try {
    await runGit({
      gitDir,
      shallowFile: shallowFile(mirrorPath),
      args: ["index-pack", "--stdin", ...options],
      stdin: opened.fd,
      signal,
    });
  } finally {
    await opened.close();
  }
  await rm(file);
}
