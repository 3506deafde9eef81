import { Tembo } from "@tembo-io/sdk";
import type { Command } from "commander";
import type { Doctor, LocalServer } from "./commands/server/local-server.ts";
import { CommandError } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

/** The world of the command, replaceable in tests. */
export interface World {
  readonly env: NodeJS.ProcessEnv;
  readonly terminal: Terminal;
  readonly loadLocalServer: () => Promise<LocalServer>;
  readonly loadDoctor: () => Promise<Doctor>;
}

/** What a command works with. */
export interface Cli extends World {
  readonly isJson: boolean;
  /** The API key as the client uses it; git needs it too. */
  readonly apiKey: string | undefined;
  /** Made when asked for: commands that run on this machine need no key. */
  client(): Tembo;
}

interface GlobalOptions {
  readonly url?: string;
  readonly apiKey?: string;
  readonly json?: boolean;
}

/** An exit status; nothing is 0. */
export type Outcome = number | undefined;

/** Adds commands to the program; each reports its exit status through `runs`. */
export interface Registry {
  readonly program: Command;
  /** Turns a function of the arguments and options into an action of commander. */
  runs<A extends unknown[]>(
    work: (cli: Cli, ...args: A) => Promise<Outcome>,
  ): (...args: [...A, Command]) => Promise<void>;
}

export function cliOf(world: World, options: GlobalOptions): Cli {
  const apiKey = (options.apiKey ?? world.env.TEMBO_API_KEY)?.trim();
  return {
    ...world,
    isJson: options.json === true,
    apiKey,
    client() {
      if (apiKey) return new Tembo({ apiKey, baseURL: options.url ?? world.env.TEMBO_BASE_URL });
      throw new CommandError(
        "An API key is missing.",
        'set TEMBO_API_KEY to a key of the server ("tembo start" prints the first one), or pass --api-key.',
      );
    },
  };
}

/** Runs `work` with a signal that Ctrl-C aborts. */
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

/** The exit status after Ctrl-C, as a shell has it. */
export const interruptedStatus = 130;
