import { rm } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { AppError, withReason } from "../../core/base/index.ts";
import { startProgram } from "../../host-git/host-git.ts";
import { limitProgram } from "../../host-git/limit-program.ts";
import { lastWords } from "../process/last-words.ts";
import { tailOf } from "../process/run-git.ts";
import type { Owner } from "./write-repository.ts";

const timeLimitMs = 10 * 60_000;
const isClosed = new Set(["EACCES", "EPERM", "ENAMETOOLONG"]);

/**
 * Shell script that removes `$2` in the folder `$1`, after it has made the folders in it accessible. find(1) follows no link, and rm(1)
 * accepts paths that are longer than the kernel does.
 */
const script = `
cd -- "$1" && chmod u+w . && {
  find -P "./$2" -type d ! -perm -u=rwx -execdir chmod u+rwx '{}' ';'
  exec rm -rf -- "./$2"
}`;

/**
 * Removes the untrusted `.git` of a checkout. Programs may have made its folders read-only, which stops a server that is not root. Its paths
 * may also be longer than the kernel accepts. Removes only the link if the path is a link. Throws `git_failed` if something remains.
 */
export async function removeRepository(gitDir: string, owner: Owner, signal: AbortSignal): Promise<void> {
  try {
    await rm(gitDir, { recursive: true, force: true });
  } catch (cause) {
    if (!isClosed.has((cause as NodeJS.ErrnoException).code ?? "")) throw cause;
    await removeClosed(gitDir, owner, signal);
  }
}

/** Runs confined to the checkout, because a program may replace a folder with a link meanwhile. */
async function removeClosed(gitDir: string, owner: Owner, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const checkout = dirname(gitDir);
  const program = startProgram({
    argv: ["sh", "-c", script, "sh", checkout, basename(gitDir)],
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
    hasStdin: false,
    as: owner,
    needsNetwork: false,
    lockFile: null,
    maxMemoryBytes: 1024 ** 3,
    maxFileBytes: 1024 ** 2,
    folders: { read: [], write: [checkout], owned: [] },
  });
  const { exited } = limitProgram(program, { signal, timeLimitMs, name: "The removal of a repository" });
  const stderr = tailOf(program);
  program.stdout.resume();
  if ((await exited) !== 0)
    throw new AppError("git_failed", withReason(`${gitDir} could not be removed`, lastWords(stderr())));
}
