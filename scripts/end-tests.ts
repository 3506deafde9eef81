/**
 * Ends the process of a test file that leaves a timer or a socket open, and fails a process that ends before its tests:
 * node --test --import scripts/end-tests.ts. With --test-force-exit, node ends this process before it has reported its
 * last results, which then count neither as passed nor as failed.
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

/** Replaces exit codes that node gives to processes whose tests have ended. */
const earlyExitCode = 70;

// The process that starts those of the files has no context.
if (process.env.NODE_TEST_CONTEXT !== undefined) {
  let hasTests = false;
  let hasEnded = false;
  subscribe("tracing:node.test:start", () => {
    hasTests = true;
  });
  subscribe("tracing:node.test:end", (test) => {
    hasTests = true;
    if ((test as { name: string }).name !== "<root>") return;
    // All tests and hooks of the file have ended, even if tests were skipped or hooks failed.
    hasEnded = true;
    exitAfterResults(process.stdout.bytesWritten);
  });
  process.once("beforeExit", () => {
    hasEnded ||= !hasTests;
  });
  // A test or hook ended the process, whose results are lost. Node would report a file without tests, or no failure
  // except those of earlier tests.
  process.once("exit", (code) => {
    if (!hasEnded && code <= 1) process.exitCode = earlyExitCode;
  });
}
