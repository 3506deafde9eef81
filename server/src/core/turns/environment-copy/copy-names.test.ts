import assert from "node:assert/strict";
import { test } from "node:test";
import { newId } from "../../base/index.ts";
import { makingName, parseCopyName, readyName, removedName } from "./copy-names.ts";

test("parses the names of copies and of marks, and counts others as removed", () => {
  const id = newId();
  const copy = { snapshotId: id, bootId: "0a1b-2c3d", sessionNumber: 120 };
  assert.deepEqual(parseCopyName(readyName(copy)), { kind: "ready", ...copy });
  assert.deepEqual(parseCopyName(makingName(id)), { kind: "making", workerId: id });
  for (const name of [removedName(id), "x", `${id}.copy-`, `${id}.copy-0a1b`])
    assert.deepEqual(parseCopyName(name), { kind: "removed" });
});
