/**
 * Ends the process of a test file that leaves a timer or a socket open: node --test --import scripts/end-tests.ts. With
 * --test-force-exit, node ends this process before it has reported its last results, which then count neither as passed
 * nor as failed.
 */
import { subscribe } from "node:diagnostics_channel";

/** Time in which a process that still has results writes some of them. */
const reportsWithinMs = Number(process.env.TEMBO_TEST_REPORTS_WITHIN_MS ?? 1_000);

/** Limit for a timer that is left running and prints text in each interval. */
const maxIntervals = 60;

// The results are written to standard output.
const exitAfterOutput = () => process.stdout.write("", () => process.exit());

function exitAfterResults(writtenBytes: number, intervals = 1): void {
  const check = () => {
    if (process.stdout.bytesWritten === writtenBytes || intervals === maxIntervals) exitAfterOutput();
    else exitAfterResults(process.stdout.bytesWritten, intervals + 1);
  };
  // After a process was suspended, its timers run before it writes. Results that it still has are written before `check`.
  setTimeout(() => setImmediate(check), reportsWithinMs).unref();
}

// The process that starts those of the files has no context.
if (process.env.NODE_TEST_CONTEXT !== undefined)
  // All tests and hooks of the file have ended, even if tests were skipped or hooks failed.
  subscribe("tracing:node.test:end", (test) => {
    if ((test as { name: string }).name === "<root>") exitAfterResults(process.stdout.bytesWritten);
  });
