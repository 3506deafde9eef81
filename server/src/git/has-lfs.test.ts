import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { hasLfs } from "./has-lfs.ts";

test("finds git-lfs in any of the folders, even if it is installed later", () => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-lfs-"));
  try {
    assert.equal(hasLfs([folder]), false);
    writeFileSync(join(folder, "git-lfs"), "", { mode: 0o755 });
    assert.equal(hasLfs(["/nonexistent", folder]), true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
