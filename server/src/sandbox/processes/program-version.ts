import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { promisify } from "node:util";

const execute = promisify(execFile);
const answersWithinMs = 5_000;

const known = new Map<string, Promise<string | null>>();

/** Returns the version of a program, such as "0.11.0", or null if it prints none. Runs each installed program only once. */
export async function readProgramVersion(program: string): Promise<string | null> {
  const found = await stat(program).catch(() => null);
  if (found === null) return null;
  const key = [program, found.size, found.mtimeMs].join("\0");
  const version = known.get(key) ?? askVersion(program);
  known.set(key, version);
  return version;
}

/** Returns the version in the output of `--version`, or null if there is none. */
export const findVersion = (output: string): string | null => /\d+(\.\d+)+/.exec(output)?.[0] ?? null;

/** True if a version such as "0.11.0" is this version or newer. */
export function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [foundMajor = 0, foundMinor = 0] = version.split(".").map(Number);
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
}

/** Resolves to null if the program fails or does not answer. What then starts it reports the failure. */
function askVersion(program: string): Promise<string | null> {
  return execute(program, ["--version"], { timeout: answersWithinMs }).then(
    ({ stdout }) => findVersion(stdout),
    () => null,
  );
}
