import { type Counts, noCounts } from "../counts.ts";
import type { RunningInBatch } from "./batches.ts";
import type { Suite } from "./choose-suites.ts";
import { countResults, isFailed, readReport, type TestResult } from "./results.ts";
import { type NodeRun, runNode } from "./run-node.ts";

export interface RunResult {
  readonly results: readonly TestResult[];
  /** Messages of node about errors that no test received. */
  readonly notes: readonly string[];
  /** Includes at least one failure if the run was interrupted or exited with an error. */
  readonly counts: Counts;
  /** True if the run and all its processes ended by themselves, so that the results are complete. */
  readonly isComplete: boolean;
}

/** Runs the entries once, and reads their results. */
export async function runOnce(suite: Suite, run: NodeRun): Promise<RunResult> {
  const exitCode = await runNode(suite, run);
  const report = readReport(run.reportPath);
  const results = nameUnfinished(report.results, run.batches.running());
  const counts = countResults(results);
  // A test that ends the process with 0 prevents the reporter from writing the results.
  const isFailureMissing = !report.hasEnd || (exitCode !== 0 && counts.failed === 0);
  if (isFailureMissing) {
    const end = report.hasEnd ? "" : " before they reported all results";
    console.error(`The ${suite.name} tests exited with ${exitCode ?? "a signal"}${end}.`);
  }
  const hasLostProcess = results.some((result) => isFailed(result) && result.kind === "process");
  return {
    results,
    notes: report.notes,
    counts: {
      // It is left to chance which results an interrupted run has written.
      ...(report.hasEnd ? counts : noCounts),
      failed: counts.failed + (isFailureMissing ? 1 : 0),
    },
    isComplete: !isFailureMissing && !hasLostProcess && exitCode === (counts.failed > 0 ? 1 : 0),
  };
}

/** Replaces the failure of a batch whose process ended too early by one of the file that it was running. */
function nameUnfinished(
  results: readonly TestResult[],
  unfinished: readonly RunningInBatch[],
): readonly TestResult[] {
  const isUnfinished = ({ kind, entry }: TestResult) =>
    kind === "process" && unfinished.some((running) => running.entry === entry);
  const error = "Its process ended before the tests did. The files after it in its batch did not run.";
  return [
    ...results.filter((result) => !isUnfinished(result)),
    ...unfinished.map(
      ({ file, entry }) =>
        ({ outcome: "failed", kind: "process", name: file, parents: "", file, entry, error }) as const,
    ),
  ];
}
