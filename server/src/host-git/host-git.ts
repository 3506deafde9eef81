import { accessSync, constants } from "node:fs";
import { isAbsolute, relative } from "node:path";
import { AppError } from "../core/base/index.ts";
import type { Folders, RunnerLaunch } from "./frames.ts";
import { GitRunner, type HostProgram } from "./runner.ts";

export interface HostGitSettings {
  /** Where everything that git may touch lies; null lets it be anywhere, for tests. */
  readonly dataDir: string | null;
  /** Whom host git runs as where the server is root; null leaves it root. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  /** A unix socket of a proxy (`CONNECT`, and the absolute form for http); null leaves http(s) remotes the machine's network. */
  readonly proxySocketPath: string | null;
  /** False only as the control of tests. */
  readonly isConfined: boolean;
}

/**
 * Git of a session runs as that session's user; the first one behind those of sessions, and of the second user of each, is the host's own.
 */
export const hostGitUser = (uidBase: number) => ({ uid: uidBase + 100_000, gid: uidBase + 100_000 });

const perls = ["/usr/bin/perl", "/bin/perl", "/usr/local/bin/perl"];
/** One of each process: what starts git is a part of the process, as its event loop is. */
let settings: HostGitSettings = { dataDir: null, user: null, proxySocketPath: null, isConfined: true };
let runner: GitRunner | null = null;

/** Applies to all that is started from now on. */
export async function configureHostGit(next: Partial<HostGitSettings>): Promise<void> {
  const last = settings;
  settings = { ...settings, ...next };
  const { isConfined, proxySocketPath } = settings;
  if (last.isConfined !== isConfined || last.proxySocketPath !== proxySocketPath) await stopHostGit();
}

export async function stopHostGit(): Promise<void> {
  const last = runner;
  runner = null;
  await last?.stop();
}

/** Why host git is not confined, as a sentence's end; null where it is. */
export async function whyUnconfined(): Promise<string | null> {
  const started = currentRunner();
  if (started === null) return "perl is not installed";
  if (process.getuid?.() === 0 && settings.user === null) return "it has no user of its own";
  return (await started.ready) || null;
}

export type HostLaunch = Omit<RunnerLaunch, "user"> & { readonly as: RunnerLaunch["user"] };

/** Starts a program outside every sandbox by the runner, which confines it. Throws `git_failed` where Perl is missing. */
export function startProgram({ as, ...launch }: HostLaunch): HostProgram {
  const user = process.getuid?.() === 0 ? (as ?? settings.user) : null;
  const owned = as === null ? launch.folders.owned : [];
  requireWithin(launch.folders);
  const started = currentRunner();
  if (started === null)
    throw new AppError(
      "git_failed",
      "Perl, which starts git, is not installed. Install it (Debian, Ubuntu: apt-get install perl-base).",
    );
  return started.run({ ...launch, user, folders: { ...launch.folders, owned } });
}

function requireWithin({ read, write }: Folders): void {
  const { dataDir } = settings;
  if (dataDir === null) return;
  for (const path of [...read, ...write]) {
    const inside = relative(dataDir, path);
    if (inside === "" || inside.startsWith("..") || isAbsolute(inside))
      throw new AppError("git_failed", `Git is not run on ${path}, which is outside the data folder.`);
  }
}

function currentRunner(): GitRunner | null {
  if (runner !== null && !runner.isGone) return runner;
  const perl = perls.find(isExecutable);
  runner = perl === undefined ? null : new GitRunner(perl, settings.isConfined, settings.proxySocketPath);
  return runner;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
