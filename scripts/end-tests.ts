/**
 * Ends the process of a test file that leaves a timer or a socket open: node --test --import scripts/end-tests.ts. With
 * --test-force-exit, node ends this process before it has reported its last results, which then count neither as passed
 * nor as failed.
 */
import { subscribe } from "node:diagnostics_channel";

const reportsWithinMs = Number(process.env.TEMBO_TEST_REPORTS_WITHIN_MS ?? 2_000);

// The results are written to standard output.
const exitAfterOutput = () => process.stdout.write("", () => process.exit());

// The process that starts those of the files has no context.
if (process.env.NODE_TEST_CONTEXT !== undefined)
  // All tests and hooks of the file have ended, even if tests were skipped or hooks failed.
  subscribe("tracing:node.test:end", (test) => {
    if ((test as { name: string }).name === "<root>") setTimeout(exitAfterOutput, reportsWithinMs).unref();
  });
