import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createLayers } from "./create-layers.ts";
import { inChunks, makeTar } from "./testing/make-tar.ts";
import { quietLog } from "./testing/open-layers.ts";

const uid = process.getuid!() === 0 ? 4345 : process.getuid!();
const asUser =
  process.getuid!() === 0 ? ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"] : ["env"];
const program = join(import.meta.dirname, "testing/probe-unprivileged.ts");
const canRun = (argv: readonly string[]) => spawnSync(asUser[0]!, [...asUser.slice(1), ...argv]).status === 0;
const isPossible =
  canRun(["test", "-r", program]) &&
  canRun(["test", "-x", process.execPath]) &&
  canRun(["bwrap", "--unshare-user", "--ro-bind", "/", "/", "true"]);

test("stores layers in folders without root, with the same digests and without setuid bits", {
  skip: !isPossible && "an unprivileged user cannot run the program in a user namespace",
}, async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), "tembo-unprivileged-"));
  t.after(() => rmSync(dataDir, { recursive: true }));
  if (process.getuid!() === 0) chownSync(dataDir, uid, uid);
  const { stdout, stderr } = spawnSync(asUser[0]!, [...asUser.slice(1), process.execPath, program, dataDir], {
    encoding: "utf8",
  });
  assert.notEqual(stdout, "", stderr);
  const { format, digest, ...rest } = JSON.parse(stdout);
  assert.equal(format.name, "folder");
  assert.match(format.reason, /not root/);
  assert.deepEqual(rest, { firstId: null, content: "x", mode: "755", uid, isRemoved: true });
  if (process.getuid!() !== 0) return;
  const rootDir = mkdtempSync(join(tmpdir(), "tembo-as-root-"));
  const layers = await createLayers({
    dataDir: rootDir,
    uidBase: 300_000,
    maxBytes: 1024 ** 3,
    log: quietLog,
  });
  t.after(async () => {
    await layers.close();
    rmSync(rootDir, { recursive: true });
  });
  const archive = makeTar([
    { name: "closed/", mode: 0o500 },
    { name: "closed/program", body: "x", mode: 0o4755, uid: 7 },
  ]);
  const added = await layers.add(
    { kind: "archive", archive: inChunks(archive) },
    new AbortController().signal,
  );
  assert.equal(added.digest, digest);
});
