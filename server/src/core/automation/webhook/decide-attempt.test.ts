import assert from "node:assert/strict";
import { test } from "node:test";
import { decideAttempt, decideDisabling, errorOfStatus, maxAttempts } from "./decide-attempt.ts";

const failed = { status: 500, error: "The receiver responded with 500.", askedMs: null };
const at = (number: number, random = 0) => ({ number, limit: maxAttempts, random });

test("treats only statuses from 200 to 299 as success and explains a redirect", () => {
  assert.deepEqual([200, 204, 299].map(errorOfStatus), [null, null, null]);
  assert.match(errorOfStatus(302)!, /does not follow redirects/);
  for (const status of [100, 199, 400, 404, 429, 500, 599])
    assert.equal(errorOfStatus(status), `The receiver responded with ${status}.`);
});

test("marks the delivery as succeeded after a 2xx response", () => {
  assert.deepEqual(decideAttempt({ status: 204, error: null, askedMs: null }, at(1)), { kind: "succeeded" });
});

test("increases the delays to about a day in total, and shortens each delay by at most a fifth", () => {
  const waits = (random: number) =>
    Array.from({ length: maxAttempts - 1 }, (_, index) => {
      const decision = decideAttempt(failed, at(index + 1, random));
      assert.equal(decision.kind, "retry");
      return decision.kind === "retry" ? decision.afterMs : 0;
    });
  const longest = waits(0);
  assert.deepEqual(
    longest,
    longest.toSorted((a, b) => a - b),
  );
  const hours = (list: readonly number[]) => list.reduce((sum, ms) => sum + ms, 0) / 3_600_000;
  assert.ok(hours(longest) > 23 && hours(longest) < 24);
  assert.deepEqual(
    waits(1),
    longest.map((ms) => ms * 0.8),
  );
});

test("honors a longer Retry-After of a 429 or 503 up to eight hours, and ignores shorter ones and other statuses", () => {
  const waitOf = (status: number, askedMs: number | null, random = 1) => {
    const decision = decideAttempt({ ...failed, status, askedMs }, at(1, random));
    return decision.kind === "retry" && decision.afterMs;
  };
  for (const status of [429, 503]) {
    assert.equal(waitOf(status, 60_000), 60_000);
    assert.equal(waitOf(status, 1_000), 4_000);
    assert.equal(waitOf(status, null), 4_000);
    assert.equal(waitOf(status, 30 * 86_400_000), 8 * 3_600_000);
  }
  assert.equal(waitOf(500, 60_000), 4_000);
  const last = decideAttempt({ ...failed, status: 429, askedMs: 60_000 }, at(maxAttempts));
  assert.equal(last.kind, "failed");
});

test("fails the delivery after the last attempt with the last error", () => {
  assert.deepEqual(decideAttempt(failed, at(maxAttempts)), {
    kind: "failed",
    outcome: `All ${maxAttempts} attempts failed. Last error: The receiver responded with 500.`,
    isGone: false,
  });
  const once = decideAttempt(
    { status: null, error: "No answer.", askedMs: null },
    { number: 1, limit: 1, random: 0 },
  );
  assert.deepEqual(once, {
    kind: "failed",
    outcome: "The attempt failed. Last error: No answer.",
    isGone: false,
  });
});

test("fails the delivery immediately on 410, and marks the receiver as gone", () => {
  const decision = decideAttempt(
    { status: 410, error: "The receiver responded with 410.", askedMs: null },
    at(1),
  );
  assert.deepEqual([decision.kind, decision.kind === "failed" && decision.isGone], ["failed", true]);
});

test("disables a webhook only after 20 consecutive failures over at least a day", () => {
  const failingSince = new Date("2026-01-02T00:00:00.000Z");
  const dayLater = new Date("2026-01-03T00:00:00.000Z");
  const nearly = new Date(dayLater.getTime() - 1);
  assert.equal(decideDisabling({ failures: 0, failingSince: null }, dayLater), null);
  assert.equal(decideDisabling({ failures: 19, failingSince }, dayLater), null);
  assert.equal(decideDisabling({ failures: 10_000, failingSince }, nearly), null);
  assert.match(
    decideDisabling({ failures: 20, failingSince }, dayLater)!,
    /20 consecutive attempts have failed/,
  );
});
