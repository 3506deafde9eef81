import assert from "node:assert/strict";
import { test } from "node:test";
import { type ErrorKind, errorCodes } from "./error-codes.ts";

const maxSummaryLength = 80;

/** Returns the codes whose summaries are too long or are not sentences. */
const unfit = (codes: Readonly<Record<string, ErrorKind>>) =>
  Object.entries(codes)
    .filter(([, { summary }]) => summary.length > maxSummaryLength || !/^[A-Z].*\.$/.test(summary))
    .map(([code]) => code);

test("describes each error code in a sentence of at most 80 characters", () => {
  assert.deepEqual(unfit(errorCodes), []);
  const status = 400;
  const controls = {
    fits: { status, summary: `${"A".repeat(maxSummaryLength - 1)}.` },
    long: { status, summary: `${"A".repeat(maxSummaryLength)}.` },
    fragment: { status, summary: "No sentence" },
  };
  assert.deepEqual(unfit(controls), ["long", "fragment"], "control");
});
