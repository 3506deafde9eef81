import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { getPriority, setPriority } from "node:os";
import { test } from "node:test";
import { followPriority } from "./postmaster.ts";

const own = getPriority();
const mayRaise = (() => {
  try {
    setPriority(-5);
    return true;
  } catch {
    return false;
  } finally {
    if (getPriority() !== own) setPriority(own);
  }
})();

test("raises PostgreSQL's priority to the server's only if the server raised its own", {
  skip: !mayRaise && "cannot raise priorities",
}, async () => {
  const child = spawn("sleep", ["100"]);
  await once(child, "spawn");
  try {
    followPriority(child);
    assert.equal(getPriority(child.pid), own, "control");
    setPriority(-5);
    followPriority(child);
    assert.equal(getPriority(child.pid), -5);
  } finally {
    setPriority(own);
    child.kill();
    await once(child, "exit");
  }
});
