import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loneFiles } from "./lone-files.ts";
import type { Batch, RunningFile } from "./run-files.ts";

/** Module that runs the files of a batch. Node reports it as the file of the tests that contain the tests of a file. */
export const runFilesModule: string = join(import.meta.dirname, "run-files.ts");

export interface Batches {
  /** Files for `node --test`: the modules that run the batches. */
  readonly entries: readonly string[];
  /** Returns the files that are running now or, after the run, whose processes ended before they did. */
  running(): RunningInBatch[];
}

export interface RunningInBatch extends RunningFile {
  /** Module that runs the file's batch. */
  readonly entry: string;
}

export interface BatchOptions {
  /** Folder for the modules that run the batches. */
  readonly folder: string;
  readonly maxFiles: number;
  /** Time limit for a file. */
  readonly limitMs: number;
}

const prefix = "tembo-batch-";

/** Divides test files into batches. The files of a batch share a process. A lone file is a batch of its own. */
export function createBatches(
  files: readonly string[],
  { folder, maxFiles, limitMs }: BatchOptions,
): Batches {
  const isLone = (file: string) => Object.hasOwn(loneFiles, file);
  const shared = files.filter((file) => !isLone(file));
  const count = Math.ceil(shared.length / maxFiles);
  const firstOf = (index: number) => Math.round((index * shared.length) / count);
  const ofSharedFiles = Array.from({ length: count }, (_, index) =>
    shared.slice(firstOf(index), firstOf(index + 1)),
  );
  // Node runs them in the order of their names. Some lone files take long, so that they must not run last.
  const entries = [...files.filter(isLone).map((file) => [file]), ...ofSharedFiles].map((batch, index) =>
    writeBatch(join(folder, `${prefix}${String(index).padStart(3, "0")}.test.mjs`), batch, limitMs),
  );
  return {
    entries,
    running: () => entries.flatMap(readRunning),
  };
}

/** Writes the module that runs a batch. Returns its path. */
function writeBatch(path: string, files: readonly string[], limitMs: number): string {
  const batch: Batch = { files, runningPath: runningPathOf(path), limitMs };
  writeFileSync(batch.runningPath, "");
  const call = `runFiles(${JSON.stringify(batch)});`;
  writeFileSync(path, `import { runFiles } from ${JSON.stringify(runFilesModule)};\n${call}\n`);
  return path;
}

function runningPathOf(batch: string): string {
  return `${batch}.running`;
}

function readRunning(entry: string): RunningInBatch[] {
  const text = readFileSync(runningPathOf(entry), "utf8");
  return text === "" ? [] : [{ ...JSON.parse(text), entry }];
}
