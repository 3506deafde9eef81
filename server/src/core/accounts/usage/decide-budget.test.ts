import assert from "node:assert/strict";
import { test } from "node:test";
import { decideBudget } from "./decide-budget.ts";

const unreserved = { sessionReservedMicroUsd: 0, monthReservedMicroUsd: 0 };
const spent = { sessionMicroUsd: 5_000_000, monthMicroUsd: 100_000_001, ...unreserved };
const none = { perSessionMicroUsd: null, perMonthMicroUsd: null };

test("allows requests without a budget or within the budget", () => {
  assert.equal(decideBudget(spent, none), null);
  assert.equal(decideBudget(spent, { perSessionMicroUsd: 5_000_001, perMonthMicroUsd: 100_000_002 }), null);
});

test("rejects a session that has spent its budget, and names the budget and the fix", () => {
  const sentence = decideBudget(spent, { ...none, perSessionMicroUsd: 5_000_000 })!;
  assert.match(
    sentence,
    /^Budget reached: this session has spent \$5\.00 .* its budget is \$5\.00\. Start a new session with a larger budget, or raise the organization's limit per session if that is lower/,
  );
});

test("rejects an organization that has spent its monthly budget", () => {
  const sentence = decideBudget(spent, { ...none, perMonthMicroUsd: 100_000_000 })!;
  assert.match(
    sentence,
    /^Budget reached: the organization has spent \$100\.000001 .* \$100\.00\. .*monthly budget/,
  );
});

test("rejects the first request when the budget is zero", () => {
  assert.match(
    decideBudget(
      { sessionMicroUsd: 0, monthMicroUsd: 0, ...unreserved },
      { ...none, perSessionMicroUsd: 0 },
    )!,
    /\$0\.00/,
  );
});
