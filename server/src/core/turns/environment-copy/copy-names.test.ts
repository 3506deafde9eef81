import assert from "node:assert/strict";
import { test } from "node:test";
import { newId } from "../../base/index.ts";
import { makingName, parseCopyName, readyName, removedName } from "./copy-names.ts";

test("parses the names of copies and of marks, and counts others as removed", () => {
  const id = newId();
  assert.deepEqual(parseCopyName(readyName(id, "0a1b2c3d")), {
    kind: "ready",
    snapshotId: id,
    bootId: "0a1b2c3d",
  });
  assert.deepEqual(parseCopyName(makingName(id)), { kind: "making", workerId: id });
  for (const name of [removedName(id), "x", `${id}.copy-`])
    assert.deepEqual(parseCopyName(name), { kind: "removed" });
});
