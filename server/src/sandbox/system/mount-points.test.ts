import assert from "node:assert/strict";
import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ProcessNames } from "../../file-lock/process-names.ts";
import { makeMountPoints } from "./mount-points.ts";

const isRoot = process.getuid!() === 0;
const [layerId, ownId] = isRoot ? [500_000, 600_000] : [0, 0];

test("a folder on the way to a mount point keeps the owner and the mode that the layers give it", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-points-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [lower, upper] = [join(folder, "lower"), join(folder, "upper")];
  const make = (path: string, mode: number, id = 0) => {
    mkdirSync(path, { recursive: true });
    chmodSync(path, mode);
    if (isRoot) chownSync(path, layerId! + id, layerId! + id);
  };
  make(join(lower, "srv/app"), 0o2775, 1000);
  make(join(lower, "closed"), 0o700, 1000);
  make(join(lower, "linked/app"), 0o777, 1000);
  make(join(lower, "both"), 0o777, 1000);
  make(join(upper, "both"), 0o1750, 33);
  symlinkSync("/etc", join(upper, "linked"));
  const firstId = isRoot ? layerId! : null;
  const paths = ["/srv/app/x", "/closed/x", "/linked/app/x", "/both/x", "/new/x"];
  const names = await ProcessNames.open(join(folder, "names"));
  const made = await makeMountPoints(
    { parent: folder, names },
    paths.map((path) => ({ path, isFolder: path !== "/both/x" })),
    { uid: ownId!, gid: ownId! },
    [lower, upper].map((path) => ({ path, firstId })),
  );
  const attributes = (path: string) => {
    const { mode, uid, gid } = lstatSync(join(made, path));
    return isRoot ? [(mode & 0o7777).toString(8), uid - ownId!, gid - ownId!] : (mode & 0o7777).toString(8);
  };
  const expected = (mode: string, id: number) => (isRoot ? [mode, id, id] : mode);
  assert.deepEqual(attributes("srv/app"), expected("2775", 1000));
  assert.deepEqual(attributes("closed"), expected("711", 1000), "programs can reach the mount point");
  assert.deepEqual(attributes("both"), expected("1751", 33), "the highest layer decides");
  assert.deepEqual(attributes("linked"), expected("755", 0), "a link covers the folder");
  assert.deepEqual(attributes("linked/app"), expected("755", 0));
  assert.deepEqual(attributes("new/x"), expected("755", 0), "control");
  assert.ok(lstatSync(join(made, "both/x")).isFile());
});
