import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { readSandboxPid } from "./read-sandbox-pid.ts";

test("reads the pid that bubblewrap reports, and returns null if the channel fails", async () => {
  const info = new PassThrough();
  info.end('{\n    "child-pid": 4711,\n    "net-namespace": 4026532\n}\n');
  assert.equal(await readSandboxPid(info), 4711);
  const broken = new PassThrough();
  broken.destroy(new Error("reset"));
  assert.equal(await readSandboxPid(broken), null);
});
