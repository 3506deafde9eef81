import { readFile, rename, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { text } from "node:stream/consumers";
import { AppError, withReason } from "../../core/base/index.ts";
import type { GitSite } from "../../core/forges/index.ts";
import { startProgram } from "../../host-git/host-git.ts";
import { areRealDirectories, readRegular } from "./workspace-head.ts";

const alternatesFile = "objects/info/alternates";
const maxBytes = 64 * 1024;

/**
 * Updates the path of the mirror's objects in the alternates of a session's repositories, because the data folder may have been restored to
 * another path. The capture repository uses a relative path, and the checkout uses the path that the sandbox sees.
 */
export async function borrowFromMirror(site: GitSite): Promise<void> {
  await borrowForCapture(site);
  await repointCheckout(site);
}

/** Returns the relative path with which a repository on the host lists another repository in `info/alternates`. */
export const borrowedFrom = (repository: string, other: string) =>
  relative(join(repository, "objects"), join(other, "objects"));

/** Updates only the capture repository, for callers that do not need the checkout. */
export async function borrowForCapture({ capturePath, mirrorPath }: GitSite): Promise<void> {
  const file = join(capturePath, alternatesFile);
  const wanted = `${borrowedFrom(capturePath, mirrorPath)}\n`;
  const found = await readFile(file, "utf8").catch((cause) => {
    if (["ENOENT", "ENOTDIR"].includes(cause.code)) return null;
    throw cause;
  });
  if (found === null || found === wanted) return;
  await writeFile(`${file}.new`, wanted, { mode: 0o644 });
  await rename(`${file}.new`, file);
}

/** The script runs as the workspace's user, so it has no more permissions than the harness. */
const script = `cd -- "$1" && printf '%s\\n' "$2" > alternates.tembo && mv -fT -- alternates.tembo alternates`;

/** Changes the path only if the mirror at another path is the checkout's only alternate. The harness may have changed any other setting. */
async function repointCheckout(site: GitSite): Promise<void> {
  const gitDir = join(site.checkoutPath, ".git");
  const wanted = join(site.mirrorPath, "objects");
  if (!(await areRealDirectories(gitDir, ["", "objects", "objects/info"]))) return;
  const found = await readRegular(join(gitDir, alternatesFile), maxBytes);
  const [line = "", ...more] = found?.trimEnd().split("\n") ?? [];
  const names = more.length === 0 && line.endsWith(`/mirrors/${basename(site.mirrorPath)}/objects`);
  if (!names || line === wanted) return;
  const program = startProgram({
    argv: ["sh", "-c", script, "sh", join(gitDir, "objects/info"), wanted],
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
    hasStdin: false,
    as: { uid: site.uid, gid: site.gid },
    needsNetwork: false,
    lockFile: null,
    maxMemoryBytes: 1024 ** 3,
    maxFileBytes: 1024 ** 2,
    folders: { read: [], write: [gitDir], owned: [] },
  });
  const words = text(program.stderr);
  program.stdout.resume();
  if ((await program.exited) !== 0)
    throw new AppError(
      "git_failed",
      withReason("The checkout could not be connected to its mirror", (await words).slice(-300)),
    );
}
