import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isFailed, type TestResult, titleOf } from "./results.ts";

/**
 * CI runs failed tests again if few files failed: a test that passes then depends on timing or on other tests. More
 * failures have a common cause.
 */
const maxFiles = 3;
/** Time limit for all repeats of a CI run. */
const limitMs = Number(process.env.TEMBO_TEST_REPEAT_LIMIT_MS ?? 5 * 60_000);

interface State {
  /** Number of files that have failed, in all suites so far. */
  readonly failedFiles: number;
  readonly usedMs: number;
}

export interface RepeatPlan {
  /** Absolute paths for `node --test`. */
  readonly entries: readonly string[];
  readonly limitMs: number;
}

/** Limits the repeats of a CI run. Its groups run in separate processes, which share a file in the results folder. */
export class Repeats {
  readonly #path: string;
  #state: State;

  constructor(resultsFolder: string) {
    mkdirSync(resultsFolder, { recursive: true });
    this.#path = join(resultsFolder, "repeats.state");
    this.#state = existsSync(this.#path)
      ? JSON.parse(readFileSync(this.#path, "utf8"))
      : { failedFiles: 0, usedMs: 0 };
  }

  /**
   * Counts the failed files of a suite, and decides which of its entries run again: those with failures. A batch runs
   * again as a whole, so that a failure that an earlier file of the batch causes appears again. Returns null if none
   * should run again.
   */
  plan(results: readonly TestResult[], entries: readonly string[]): RepeatPlan | null {
    const failures = results.filter(isFailed);
    const failedFiles = this.#state.failedFiles + new Set(failures.map(({ file }) => file)).size;
    this.#write({ ...this.#state, failedFiles });
    const failed = [...new Set(failures.map(({ entry }) => entry))];
    const restMs = limitMs - this.#state.usedMs;
    if (failed.length === 0 || failedFiles > maxFiles || restMs <= 0) return null;
    // Without a process for each entry, a result has the file that called `test`.
    return failed.every((entry) => entries.includes(entry)) ? { entries: failed, limitMs: restMs } : null;
  }

  addTime(ms: number): void {
    this.#write({ ...this.#state, usedMs: this.#state.usedMs + ms });
  }

  #write(state: State): void {
    this.#state = state;
    writeFileSync(this.#path, JSON.stringify(state));
  }
}

/**
 * Returns the titles of the tests that passed or failed at first, and did not pass in the repeat of their entries. If a
 * file failed as a whole, at least one of its tests must pass.
 */
export function findUnconfirmed(first: readonly TestResult[], again: readonly TestResult[]): string[] {
  const passed = again.filter(({ outcome, kind }) => outcome === "passed" && kind === "test");
  // The tests of a suite may have the same name.
  const left = Map.groupBy(passed, keyOf);
  const passedFiles = new Set(passed.map(({ file }) => file));
  return first
    .filter((result) =>
      result.kind === "test"
        ? ["passed", "failed"].includes(result.outcome) && left.get(keyOf(result))?.pop() === undefined
        : isFailed(result) && !passedFiles.has(result.file),
    )
    .map(titleOf);
}

function keyOf({ file, parents, name }: TestResult): string {
  return JSON.stringify([file, parents, name]);
}
