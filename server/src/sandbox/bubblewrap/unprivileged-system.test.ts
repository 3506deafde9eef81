import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const isRoot = process.getuid!() === 0;
const uid = isRoot ? 4346 : process.getuid!();
const asUser = isRoot ? ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"] : ["env"];
const program = join(import.meta.dirname, "../testing/probe-unprivileged-system.ts");
const canRun = (argv: readonly string[]) => spawnSync(asUser[0]!, [...asUser.slice(1), ...argv]).status === 0;
const isPossible =
  canRun(["test", "-r", program]) &&
  canRun(["test", "-x", process.execPath]) &&
  canRun([
    "bwrap",
    "--unshare-user",
    "--ro-bind",
    "/",
    "/",
    "--overlay-src",
    "/usr",
    "--tmp-overlay",
    "/usr",
    "true",
  ]);

test("runs an image as profile user without root, and explains why other combinations do not run", {
  skip: !isPossible && "an unprivileged user cannot mount an overlay with bubblewrap",
  timeout: 120_000,
}, (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), "tembo-unprivileged-"));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  if (isRoot) chownSync(dataDir, uid, uid);
  const options = { encoding: "utf8", env: { ...process.env, HOME: dataDir } } as const;
  const { stdout, stderr } = spawnSync(
    asUser[0]!,
    [...asUser.slice(1), process.execPath, program, dataDir],
    options,
  );
  assert.notEqual(stdout, "", stderr);
  const found = JSON.parse(stdout);
  assert.equal(found.first, "image\nbuilt\n1\nnone\n");
  assert.equal(found.second, "kept\ntembo\ndirectory\n");
  assert.equal(found.again, "kept\n", "a folder with a mount point was closed");
  assert.match(found.withOthers, /No such file/, "a folder in the changes of other layers was closed");
  assert.equal(found.workspace, "built\n");
  assert.equal(found.isDeleted, true);
  assert.match(found.root, /Run the server as root/);
  assert.match(found.inGvisor, /server is root|runsc/);
});
