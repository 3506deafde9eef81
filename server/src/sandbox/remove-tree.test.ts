import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { removeTree } from "./remove-tree.ts";

test("deletes a tree with paths that are longer than the kernel accepts", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-tree-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const deep = join(folder, "deep");
  const script = 'mkdir $ARGV[0]; chdir $ARGV[0]; for (1 .. 50) { mkdir "d" x 200; chdir "d" x 200 }';
  execFileSync("perl", ["-e", script, deep]);
  await assert.rejects(rm(deep, { recursive: true }), { code: "ENAMETOOLONG" }, "control");
  await removeTree(deep);
  assert.equal(existsSync(deep), false);
  await removeTree(deep);
});

test("explains that a tree could not be deleted", async () => {
  await assert.rejects(removeTree("/proc/self/status"), {
    code: "sandbox_unavailable",
    message: /could not be deleted: rm: .* Delete \/proc\/self\/status, then try again\.$/,
  });
});
