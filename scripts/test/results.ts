import { existsSync, readFileSync } from "node:fs";
import { addCounts, type Counts, noCounts } from "../counts.ts";

/** Result of a test, of a suite, of a whole file, or of a process that runs files. */
export interface TestResult {
  readonly outcome: "passed" | "failed" | "skipped" | "todo";
  /** Only a test counts as passed. A suite or a file fails if its hook fails. A process fails if it ends too early. */
  readonly kind: "test" | "suite" | "file" | "process";
  readonly name: string;
  /** Names of the tests and suites that contain the test. */
  readonly parents: string;
  /** Path of the test file, relative to the working directory. It may call another module that creates the test. */
  readonly file: string;
  /** Absolute path that node received: the path of the file, or of the module that runs its batch. */
  readonly entry: string;
  /** Beginning of the error of a failed test. */
  readonly error?: string;
}

/** Line of the file that the reporter writes. */
export type ReportLine =
  | { readonly result: TestResult }
  /** Message of node about an error that no test received. */
  | { readonly note: string }
  /** Last line of a run that was not interrupted. */
  | { readonly end: true };

interface Report {
  readonly results: readonly TestResult[];
  readonly notes: readonly string[];
  /** False if the process of the reporter ended before the run did. */
  readonly hasEnd: boolean;
}

/** Reads the lines that the reporter wrote. An interrupted reporter may have written none, or a part of the last one. */
export function readReport(path: string): Report {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const lines: ReportLine[] = text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  return {
    results: lines.flatMap((line) => ("result" in line ? [line.result] : [])),
    notes: lines.flatMap((line) => ("note" in line ? [line.note] : [])),
    hasEnd: lines.some((line) => "end" in line),
  };
}

export function countResults(results: readonly TestResult[]): Counts {
  return results
    .filter(({ outcome, kind }) => outcome === "failed" || kind === "test")
    .reduce((sum, { outcome }) => addCounts(sum, { ...noCounts, [outcome]: 1 }), noCounts);
}

export function isFailed({ outcome }: TestResult): boolean {
  return outcome === "failed";
}

/** Returns the name of a test with its file, or only the path of a file. */
export function titleOf({ name, file }: TestResult): string {
  return name === file ? file : `${name} (${file})`;
}
