import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { packingChanges } from "./pack-changes.ts";

/** Runs the script with a shell function that replaces a program. Returns the exit code. */
function pack(replacement: string): number | null {
  const script = packingChanges("true");
  return spawnSync("sh", ["-c", `${replacement}\n${script}`], { cwd: "/" }).status;
}

test("fails with another code than that of changed files if the list of files cannot be written", () => {
  assert.equal(pack(""), 0, "control");
  assert.equal(pack("mktemp() { false; }"), 2);
  assert.equal(pack("mkdir() { false; }"), 2);
  assert.equal(pack("printf() { false; }"), 2);
});
