import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Test counts of one runner. The test reporter, the runners and the CI summary all use this shape. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly todo: number;
}

export const noCounts: Counts = { passed: 0, failed: 0, skipped: 0, todo: 0 };

export function addCounts(a: Counts, b: Counts): Counts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    todo: a.todo + b.todo,
  };
}

/** Writes a runner's counts to `$TEMBO_RESULTS_DIR/<runner>.json` if this variable is set. */
export function publishCounts(runner: string, counts: Counts): void {
  const folder = process.env.TEMBO_RESULTS_DIR;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${runner}.json`), `${JSON.stringify(counts)}\n`);
}

/**
 * Returns a runner's counts, or null if the file is missing or contains no counts. A runner that has written no counts
 * did not finish.
 */
export function readCounts(path: string): Counts | null {
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
  return isCounts(found) ? found : null;
}

function isCounts(value: unknown): value is Counts {
  if (typeof value !== "object" || value === null) return false;
  const fields = value as Record<string, unknown>;
  return Object.keys(noCounts).every((key) => Number.isSafeInteger(fields[key]) && Number(fields[key]) >= 0);
}
