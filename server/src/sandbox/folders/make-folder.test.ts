import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

test("reports a user ID that the user namespace of a container does not have", () => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-folders-"));
  const make = (uid: number) => {
    const call = `makeOwnFolders({ workspacePath: "${folder}/w", homePath: "${folder}/h" }, { uid: ${uid}, gid: ${uid} })`;
    const script = `import { makeOwnFolders } from "${join(import.meta.dirname, "make-folder.ts")}"; await ${call};`;
    const node = [process.execPath, "--input-type=module", "--eval", script];
    return spawnSync("unshare", ["--user", "--map-root-user", ...node], { encoding: "utf8" });
  };
  try {
    assert.match(make(700_001).stderr, /has no user ID 700001, .*lower TEMBO_SANDBOX_UID_BASE/);
    assert.equal(make(0).status, 0, "control");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
