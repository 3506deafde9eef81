import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readSmallFile } from "./read-small-file.ts";

const limit = { what: "the script", maxBytes: 6 };

test("reads a file of the maximum size, and rejects a larger one", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-small-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "script.sh");
  writeFileSync(file, "é1234");
  assert.equal(await readSmallFile(file, limit), "é1234");
  writeFileSync(file, "é12345");
  await assert.rejects(readSmallFile(file, limit), {
    message: /^Could not read the script: .*script\.sh is larger than/,
    next: "use a smaller file.",
  });
});

test("stops at the limit of a source without a size or an end", async () => {
  await assert.rejects(readSmallFile("/dev/zero", limit), { next: "use a smaller file." });
  assert.equal(await readSmallFile("/dev/null", limit), "");
});

test("names a file that cannot be read", async () => {
  await assert.rejects(readSmallFile("/nonexistent", limit), {
    message: /^Could not read the script: ENOENT/,
    next: "check the path.",
  });
});
