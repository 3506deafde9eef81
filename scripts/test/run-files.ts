import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { pathToFileURL } from "node:url";

/** File that the process of a batch is running. */
export interface RunningFile {
  readonly file: string;
  readonly pid: number;
  /** Time at which another process may kill this one, because it has not reported that the file timed out. */
  readonly killAt: number;
}

export interface Batch {
  /** Paths relative to the working directory. */
  readonly files: readonly string[];
  /** File to which the process writes its `RunningFile`. It is empty before the first file and after the last one. */
  readonly runningPath: string;
  /** Time limit for a file. */
  readonly limitMs: number;
}

/**
 * Runs test files one after the other in this process. Each file becomes a test that contains the tests of the file, so
 * that the hooks of a file apply only to its own tests.
 */
export function runFiles({ files, runningPath, limitMs }: Batch): void {
  const root = process.cwd();
  for (const file of files)
    test(file, { timeout: limitMs }, async (context) => {
      const running: RunningFile = { file, pid: process.pid, killAt: Date.now() + 1.2 * limitMs };
      writeFileSync(runningPath, JSON.stringify(running));
      // Node writes the results of the previous file meanwhile, so that they are not lost if this file ends the process.
      await setImmediate();
      const earlier = processState();
      const { promise: isLoaded, resolve: startTests } = Promise.withResolvers<void>();
      // Otherwise, the first test would start before the statements after it have run.
      before(() => isLoaded);
      await import(pathToFileURL(join(root, file)).href).finally(startTests);
      // Created after the hooks of the file, so that it runs after them.
      context.after(() => {
        const changed = files.length > 1 ? changesSince(earlier) : [];
        if (changed.length > 0)
          throw new Error(
            `This file or an earlier one leaves changes that affect other files: ${changed.join(", ")}.`,
          );
      });
    });
  // Hooks run in the order of their registration. A hook of the last file could still end the process.
  after(() => writeFileSync(runningPath, ""));
}

type ProcessState = ReadonlyMap<string, unknown>;

/** Returns the state that the files of a process share, and that each of them must leave as it was. */
function processState(): ProcessState {
  const mask = process.umask(0o22);
  process.umask(mask);
  return new Map<string, unknown>([
    ["working directory", process.cwd()],
    ["file mode mask", mask],
    ["user", process.geteuid?.()],
    ["group", process.getegid?.()],
    ["exit code", process.exitCode],
    ["Date", Date],
    ["setTimeout", setTimeout],
    ["fetch", fetch],
    ...Object.entries(process.env).map(([name, value]) => [`environment variable ${name}`, value] as const),
  ]);
}

function changesSince(earlier: ProcessState): string[] {
  const now = processState();
  return [...new Set([...earlier.keys(), ...now.keys()])].filter(
    (name) => earlier.get(name) !== now.get(name),
  );
}
