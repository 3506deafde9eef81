import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { parseReport, readReport, readSandboxPid } from "./channels.ts";

test("parses the exit code or the signal of the command", () => {
  assert.deepEqual(parseReport("started\nexit 7\n"), {
    isStarted: true,
    exit: { code: 7, signal: null },
  });
  assert.deepEqual(parseReport("started\nsignal 15\n").exit, {
    code: null,
    signal: "SIGTERM",
  });
});

test("recognizes a launcher that was killed or that never started", () => {
  assert.deepEqual(parseReport("started\n"), { isStarted: true, exit: null });
  assert.deepEqual(parseReport(""), { isStarted: false, exit: null });
});

test("accepts only a well-formed report", () => {
  for (const line of ["", "exit", "exit -1", "exit 1e9", "exit 1000", "signal SIGTERM", "exit 0 0"]) {
    assert.equal(parseReport(`started\n${line}\n`).exit, null, line);
  }
});

test("keeps only the start of an endless report", async () => {
  const channel = new PassThrough();
  channel.write("started\n");
  for (let index = 0; index < 100; index++) channel.write(Buffer.alloc(64 * 1024, "x"));
  channel.end();
  assert.deepEqual(await readReport(channel), { isStarted: true, exit: null });
});

test("reads the pid that bubblewrap reports, and returns null if the channel fails", async () => {
  const info = new PassThrough();
  info.end('{\n    "child-pid": 4711,\n    "net-namespace": 4026532\n}\n');
  assert.equal(await readSandboxPid(info), 4711);
  const broken = new PassThrough();
  broken.destroy(new Error("reset"));
  assert.equal(await readSandboxPid(broken), null);
});
