import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { test } from "node:test";
import { startTemboProcess } from "./tembo-process.ts";

test("kills a process that is not ready in time, and throws the last lines of its log", async () => {
  const started: ChildProcess[] = [];
  const start = (script: string, readyLimitMs: number) =>
    startTemboProcess({
      dataDir: "/nonexistent",
      apiKey: "key",
      readyLimitMs,
      launch: () => {
        const child = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "pipe"] });
        started.push(child);
        return child;
      },
    });
  await assert.rejects(
    start("echo it waits for something >&2; exec sleep 600", 2_000),
    /not ready within the time limit:\nit waits for something$/,
  );
  assert.equal(started[0]!.signalCode, "SIGKILL");
  await assert.rejects(start("exit 3", 60_000), /exited with 3 before it was ready/);
  const ready = await start("echo ready http://127.0.0.1:1/; exec sleep 600", 60_000);
  assert.equal(ready.url, "http://127.0.0.1:1/", "control");
  await ready.stop();
});
