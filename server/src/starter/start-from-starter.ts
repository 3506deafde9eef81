import { accessSync, constants } from "node:fs";
import type { StarterInput } from "./frames.ts";
import { type StartedProgram, Starter } from "./starter.ts";

const perls = ["/usr/bin/perl", "/bin/perl", "/usr/local/bin/perl"];
/** All code of this process shares one starter. */
let starter: Starter | null = null;

/**
 * Starts a program without a fork of this process. Throws an error if Perl is missing or the starter cannot be started, and a TypeError if an
 * argument contains a NUL byte.
 */
export function startFromStarter<const Streams extends readonly number[]>(
  input: StarterInput<Streams>,
): StartedProgram<Streams> {
  return currentStarter().start(input);
}

/** Returns the pid of the running starter, or undefined. */
export const starterPid = (): number | undefined =>
  starter === null || starter.isGone ? undefined : starter.pid;

function currentStarter(): Starter {
  if (starter !== null && !starter.isGone) return starter;
  const perl = perls.find(isExecutable);
  if (perl === undefined)
    throw new Error("Perl is not installed. Install it (Debian, Ubuntu: apt-get install perl-base).");
  starter = new Starter(perl);
  return starter;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
