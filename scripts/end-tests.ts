/**
 * Ends the process of a test file that leaves a timer or a socket open: node --test --import scripts/end-tests.ts. With
 * --test-force-exit, node ends this process before it has reported its last results, which then count neither as passed
 * nor as failed.
 */
import { AsyncResource } from "node:async_hooks";
import { after, beforeEach } from "node:test";

const reportsWithinMs = 2_000;
const afterAll = AsyncResource.bind((hook: () => void) => after(hook));

// The results are written to standard output.
const exitAfterOutput = () => process.stdout.write("", () => process.exit());

// The process that starts those of the files has no context.
if (process.env.NODE_TEST_CONTEXT !== undefined) {
  let isRegistered = false;
  beforeEach(() => {
    if (isRegistered) return;
    isRegistered = true;
    // Hooks run in the order in which they are registered, so those of the file have ended before this one runs.
    afterAll(() => void setTimeout(exitAfterOutput, reportsWithinMs).unref());
  });
}
