import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { pipeOf } from "./pipe-of.ts";

test("returns the pipe of a file descriptor, and throws for a descriptor without a pipe", async () => {
  const child = spawn("/bin/sh", ["-c", "cat <&3 >&1"], { stdio: ["ignore", "pipe", "ignore", "pipe"] });
  pipeOf(child, 3).end("hello");
  const [chunk] = await once(pipeOf(child, 1), "data");
  assert.equal(String(chunk), "hello");
  assert.throws(() => pipeOf(child, 2), /no pipe at descriptor 2/);
  assert.throws(() => pipeOf(child, 9), /no pipe at descriptor 9/);
});
