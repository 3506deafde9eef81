import assert from "node:assert/strict";
import { test } from "node:test";
import type { Session } from "@tembo-io/sdk";
import { decideNextStep } from "./decide-next-step.ts";

type Status = "open" | "merged" | "closed";
type Facts = Parameters<typeof decideNextStep>[0];

const facts = (
  current: Session["state"]["current"],
  statuses: readonly Status[] = [],
  attention: Facts["attention"] = null,
) =>
  ({
    state: { ...(current !== undefined && { current }) },
    attention,
    artifacts: statuses.map((status, index) => ({ pullRequests: [{ id: `p${index}`, status }] })),
  }) as unknown as Facts;

/** Returns the kind of the next step and the ID of its pull request. */
const step = (...given: Parameters<typeof facts>) => {
  const next = decideNextStep(facts(...given));
  return next && [next.kind, "pullRequest" in next ? (next.pullRequest?.id ?? null) : null];
};

test("suggests a review of the newest open pull request", () => {
  assert.deepEqual(step("completed", ["open", "open", "merged"]), ["review", "p1"]);
  const next = decideNextStep(facts("completed", ["open", "open", "merged"]));
  assert.equal(next?.kind === "review" && next.openCount, 2);
  assert.deepEqual(step("cancelled", ["open"]), ["review", "p0"]);
});

test("shows that the pull request was merged or closed", () => {
  assert.deepEqual(step("completed", ["closed", "merged"]), ["merged", "p1"]);
  assert.deepEqual(step("completed", ["closed"]), ["closed", "p0"]);
});

test("suggests another attempt after a failure, also beside an open pull request", () => {
  assert.deepEqual(step("failed", [], "failure"), ["tryAgain", null]);
  assert.deepEqual(step("failed", ["open"], "failure"), ["tryAgain", "p0"]);
});

test("suggests a follow-up if the work left no pull request or was stopped", () => {
  assert.deepEqual(step("completed"), ["followUp", null]);
  assert.deepEqual(step("cancelled", ["merged"]), ["followUp", null]);
});

test("suggests nothing while the agent works, before it starts and while a person must decide", () => {
  for (const current of ["inProgress", "queued", undefined] as const)
    assert.equal(step(current, ["open"]), null);
  for (const attention of ["permission", "question", "plan"] as const)
    assert.equal(step("completed", ["open"], attention), null);
});
