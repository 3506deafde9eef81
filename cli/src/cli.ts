import { type Retry, Tembo } from "@tembo-io/sdk";
import type { Command } from "commander";
import type { Doctor, LocalServer } from "./commands/server/local-server.ts";
import { exitCodes } from "./exit-codes.ts";
import { duration } from "./format.ts";
import type { Machine } from "./platform/machine.ts";
import { requireLinux } from "./platform/require-linux.ts";
import { type Access, type AccessOptions, decideAccess } from "./profile/decide-access.ts";
import { keptProfiles } from "./profile/profile-file.ts";
import { styled, type Terminal } from "./terminal.ts";

/** The command's environment, which tests can replace. */
export interface World {
  readonly env: NodeJS.ProcessEnv;
  readonly terminal: Terminal;
  readonly machine: Machine;
  readonly loadLocalServer: () => Promise<LocalServer>;
  readonly loadDoctor: () => Promise<Doctor>;
}

/** The context of a command. */
export interface Cli extends World {
  readonly isJson: boolean;
  /** True with `--yes`, which skips confirmations. */
  readonly isAgreed: boolean;
  /** Server, key and profile that the command line and the environment select. */
  readonly accessOptions: AccessOptions;
  /**
   * Returns true if an option, an environment variable or a current profile selects an API key. Throws `CommandError`
   * if the profiles cannot be read.
   */
  knowsKey(): boolean;
  /** Returns the server and the API key, which git also needs. Throws the errors of `decideAccess`. */
  access(): Access;
  /** Creates a client. Throws the errors of `access`. Commands that need no key do not call it. */
  client(): Tembo;
}

interface GlobalOptions {
  readonly url?: string;
  readonly apiKey?: string;
  readonly profile?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
}

/** Exit status of a command, where undefined means 0. */
export type Outcome = number | undefined;

/** Adds commands to the program. Each command reports its exit status through `runs`. */
export interface Registry {
  readonly program: Command;
  /** Converts a function of the arguments and options to a commander action. */
  runs<A extends unknown[]>(
    work: (cli: Cli, ...args: A) => Promise<Outcome>,
  ): (...args: [...A, Command]) => Promise<void>;
}

export function cliOf(world: World, options: GlobalOptions): Cli {
  const { env } = world;
  const accessOptions: AccessOptions = {
    urlOption: options.url,
    keyOption: options.apiKey?.trim(),
    profileOption: options.profile,
    urlVariable: env.TEMBO_BASE_URL?.trim() || undefined,
    keyVariable: env.TEMBO_API_KEY?.trim() || undefined,
    profileVariable: env.TEMBO_PROFILE?.trim() || undefined,
  };
  const access = () => decideAccess(accessOptions, () => keptProfiles(world));
  return {
    ...world,
    isJson: options.json === true,
    isAgreed: options.yes === true,
    accessOptions,
    access,
    loadLocalServer: async () => {
      requireLinux(world.machine, "The Tembo server");
      return world.loadLocalServer();
    },
    loadDoctor: async () => {
      requireLinux(world.machine, "The Tembo server");
      return world.loadDoctor();
    },
    knowsKey: () =>
      Boolean(
        accessOptions.keyOption ||
          accessOptions.keyVariable ||
          accessOptions.profileOption ||
          accessOptions.profileVariable,
      ) || keptProfiles(world).current !== null,
    client() {
      const { url, apiKey } = access();
      return new Tembo({ apiKey, baseURL: url, onRetry: (retry) => noteRetry(world.terminal, retry) });
    },
  };
}

/** Minimum delay in milliseconds of a retry to report. A retry after status 429 is always reported. */
const silentPauseMs = 2_000;

function noteRetry(terminal: Terminal, { error, delayMs }: Retry): void {
  if (error.status !== 429 && delayMs < silentPauseMs) return;
  const why = error.status === 429 ? "The server's rate limit is reached" : "The request failed";
  terminal.note(styled("dim", `${why}. Retrying in ${duration(Math.ceil(delayMs / 1_000) * 1_000)}.`));
}

/** Runs `work` with a signal that Ctrl-C aborts. Returns the result, and whether Ctrl-C was pressed. */
export async function withInterrupt<T>(
  { terminal }: World,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<{ readonly isInterrupted: boolean; readonly result: T }> {
  const controller = new AbortController();
  const forget = terminal.onInterrupt(() => controller.abort());
  try {
    const result = await work(controller.signal);
    return { isInterrupted: controller.signal.aborted, result };
  } finally {
    forget();
  }
}

/** Exit code after Ctrl-C. */
export const interruptedStatus = exitCodes.interrupted.code;
