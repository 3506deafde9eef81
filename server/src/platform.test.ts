import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readPlatform } from "./platform.ts";

test("reads the processor's flags, or none without the file", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-platform-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "cpuinfo");
  writeFileSync(file, "processor : 0\nflags\t\t: sse avx\n\nprocessor : 1\nflags\t\t: sse avx\n");
  assert.deepEqual(readPlatform(file), { architecture: process.arch, cpuFlags: ["avx", "sse"] });
  assert.deepEqual(readPlatform(join(folder, "missing")).cpuFlags, []);
});
