import assert from "node:assert/strict";
import { test } from "node:test";
import { groupOf, inGroups } from "./review-groups.ts";

const open = { status: "open", isDraft: false, reviewDecision: null } as const;

test("each pull request stands in one group", () => {
  for (const [change, group] of [
    [{}, "open"],
    [{ reviewDecision: "REVIEW_REQUIRED" }, "needsReview"],
    [{ reviewDecision: "APPROVED" }, "approved"],
    [{ reviewDecision: "CHANGES_REQUESTED" }, "returned"],
    [{ isDraft: true }, "draft"],
    [{ isDraft: true, reviewDecision: "APPROVED" }, "draft"],
    [{ isDraft: true, reviewDecision: "CHANGES_REQUESTED" }, "returned"],
    [{ status: "merged", reviewDecision: "CHANGES_REQUESTED" }, "merged"],
    [{ status: "closed", isDraft: true }, "closed"],
  ] as const)
    assert.equal(groupOf({ ...open, ...change }), group, JSON.stringify(change));
});

test("groups stand in their order, and only those that are wanted", () => {
  const items = [
    { ...open, status: "merged" } as const,
    open,
    { ...open, reviewDecision: "APPROVED" } as const,
  ];
  assert.deepEqual(
    inGroups(items, undefined).map(({ group }) => group),
    ["approved", "open", "merged"],
  );
  assert.deepEqual(inGroups(items, "open"), [{ group: "open", items: [open] }]);
});
