import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { processIds } from "../support/proc.ts";
import { findProcess, lookAtMemory, startOf } from "./sample-memory.ts";

for (const [start, preloaded] of [
  ["", []],
  [" that starts with a compile cache", ["--require", "node:fs"]],
] as const)
  test(`finds a harness${start} by its file, and measures its memory and that of the surrounding processes`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "tembo-sample-memory-"));
    const entry = join(folder, "entry.cjs");
    await writeFile(entry, "console.log('up'); process.stdin.resume()");
    const known = new Set(processIds());
    assert.equal(findProcess(entry, known), null);
    const around = spawn("/bin/sh", ["-c", '"$@"; true', "sh", process.execPath, ...preloaded, entry]);
    try {
      await once(around.stdout, "data");
      const harness = findProcess(entry, known);
      assert.ok(harness !== null && harness !== around.pid);
      assert.equal(findProcess(entry, new Set(processIds())), null, "skips a known process");
      const { harnessMb, wholeMb, processes } = lookAtMemory(harness, process.pid);
      assert.ok(harnessMb > 5 && wholeMb > harnessMb, `${harnessMb} of ${wholeMb} MB`);
      assert.equal(processes.length, 1);
      assert.ok(startOf(harness) <= Date.now());
    } finally {
      around.stdin.end();
      await once(around, "exit");
      await rm(folder, { recursive: true, force: true });
    }
  });
