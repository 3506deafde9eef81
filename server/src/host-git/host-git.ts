import { channel } from "node:diagnostics_channel";
import { accessSync, constants } from "node:fs";
import { isAbsolute, relative } from "node:path";
import { AppError } from "../core/base/index.ts";
import type { Folders, RunnerLaunch } from "./frames.ts";
import { GitRunner, type HostProgram } from "./runner.ts";

export interface HostGitSettings {
  /** Only folder whose contents git may access, or null in tests, which permits any folder. */
  readonly dataDir: string | null;
  /** User of host git if the server runs as root. If null, host git runs as root. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  /**
   * Unix socket of a proxy for http(s) remotes. It accepts `CONNECT`, and requests in absolute form for http. If null, git uses the
   * machine's network.
   */
  readonly proxySocketPath: string | null;
  /** False only in the controls of tests and in a benchmark. */
  readonly isConfined: boolean;
}

/**
 * Returns the default user of host git. Git that reads or writes a workspace runs as the session's user instead. This ID is the first ID after
 * the ranges for sessions and for their second users.
 */
export const hostGitUser = (uidBase: number) => ({ uid: uidBase + 100_000, gid: uidBase + 100_000 });

const perls = ["/usr/bin/perl", "/bin/perl", "/usr/local/bin/perl"];
/** Settings for the whole process, because all code in it shares one runner. */
let settings: HostGitSettings = { dataDir: null, user: null, proxySocketPath: null, isConfined: true };
let runner: GitRunner | null = null;

/** Changes the settings for all programs that start afterwards. A change of the confinement or the proxy kills running programs. */
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

/** Returns the reason why host git is not confined, as the end of a sentence, or null if it is confined. */
export async function whyUnconfined(): Promise<string | null> {
  const started = currentRunner();
  if (started === null) return "perl is not installed";
  if (process.getuid?.() === 0 && settings.user === null) return "it has no separate user";
  return (await started.ready) || null;
}

/** Publishes the launch of each program (`HostLaunch`), so that tests and benchmarks can count them. */
export const programStarts = channel("tembo.host-git.start");

export type HostLaunch = Omit<RunnerLaunch, "user"> & { readonly as: RunnerLaunch["user"] };

/**
 * Starts a program outside every sandbox through the runner, which confines the program if the machine allows it. Throws `git_failed` if Perl
 * is missing or a folder is outside the data folder.
 */
export function startProgram({ as, ...launch }: HostLaunch): HostProgram {
  const user = process.getuid?.() === 0 ? (as ?? settings.user) : null;
  const owned = as === null ? launch.folders.owned : [];
  requireWithin(launch.folders);
  const started = currentRunner();
  if (started === null)
    throw new AppError(
      "git_failed",
      "Perl is not installed. Tembo requires it to start git. Install it (Debian, Ubuntu: apt-get install perl-base).",
    );
  programStarts.publish({ as, ...launch });
  return started.run({ ...launch, user, folders: { ...launch.folders, owned } });
}

function requireWithin({ read, write }: Folders): void {
  const { dataDir } = settings;
  if (dataDir === null) return;
  for (const path of [...read, ...write]) {
    const inside = relative(dataDir, path);
    if (inside === "" || inside.startsWith("..") || isAbsolute(inside))
      throw new AppError(
        "git_failed",
        `Tembo does not run git on ${path}, because it is outside the data folder.`,
      );
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
