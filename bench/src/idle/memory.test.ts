import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { memoryOf } from "./memory.ts";

test("counts the memory of a process and its children", async () => {
  const child = spawn(process.execPath, ["-e", "console.log('up'); setInterval(() => {}, 1e6)"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    await once(child.stdout, "data");
    const alone = memoryOf([child.pid!]);
    const both = memoryOf([process.pid, child.pid!]);
    assert.ok(alone.totalMb > 5, `a Node process holds more than ${alone.totalMb} MB`);
    assert.ok(both.totalMb > alone.totalMb);
    assert.equal(both.processes.length, 2);
    assert.ok(memoryOf([process.pid]).totalMb > alone.totalMb);
    const name = readFileSync(`/proc/${child.pid}/comm`, "utf8").trim();
    assert.equal(memoryOf([process.pid], name).processes.length, 1, "ignores processes with this name");
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});

test("counts no memory for an exited process", () => {
  assert.equal(memoryOf([2 ** 30]).totalMb, 0);
});
