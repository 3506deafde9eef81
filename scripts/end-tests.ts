/**
 * Ends the process of a test file that leaves a timer or a socket open: node --test --import scripts/end-tests.ts. With
 * --test-force-exit, node ends this process before it has reported its last results, which then count neither as passed
 * nor as failed.
 */
import { after } from "node:test";

const reportsWithinMs = 1_000;

// The process that starts those of the files has no context.
if (process.env.NODE_TEST_CONTEXT !== undefined)
  after(() => void setTimeout(() => process.exit(), reportsWithinMs).unref());
