import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { foldersOf, makeDataDir } from "../testing/run-in-sandbox.ts";
import { ownFiles } from "./own-files.ts";

const skip = process.getuid?.() === 0 ? false : "requires root";
const first = { uid: 700_001, gid: 700_001 };
const next = { uid: 700_002, gid: 700_002 };

test("changes the owner of every file, but not of the targets of links", { skip }, async (t) => {
  const dataDir = await makeDataDir(t);
  const folders = foldersOf(dataDir);
  const { workspacePath, homePath } = folders;
  const outside = join(dataDir, "outside");
  mkdirSync(outside);
  writeFileSync(join(outside, "file"), "x");
  for (const folder of [workspacePath, homePath]) mkdirSync(folder, { recursive: true });
  const closed = join(workspacePath, "closed");
  mkdirSync(closed);
  const names = ["-R", "new\nline", "-hR --", "file", "closed/file"].map((name) => join(workspacePath, name));
  for (const path of names) writeFileSync(path, "x");
  const setuid = join(homePath, "setuid");
  writeFileSync(setuid, "x");
  chmodSync(setuid, 0o4755);
  linkSync(join(workspacePath, "file"), join(workspacePath, "hard-link"));
  const links = [join(workspacePath, "link"), join(homePath, "link-to-file"), join(homePath, "dangling")];
  symlinkSync(outside, links[0]!);
  symlinkSync(join(outside, "file"), links[1]!);
  symlinkSync("missing", links[2]!);
  const own = [workspacePath, homePath, closed, setuid, ...names, ...links];
  for (const path of own) lchownSync(path, first.uid, first.gid);
  chmodSync(closed, 0o000);
  const ownersOf = (paths: readonly string[]) => new Set(paths.map((path) => lstatSync(path).uid));
  assert.deepEqual(ownersOf(own), new Set([first.uid]));

  await ownFiles(folders, next);
  assert.deepEqual(ownersOf(own), new Set([next.uid]));
  assert.deepEqual(ownersOf([outside, join(outside, "file")]), new Set([0]));
  assert.equal(lstatSync(setuid).mode & 0o7777, 0o755);

  rmSync(links[2]!);
  execFileSync("chown", ["-R", "-L", String(next.uid), homePath]);
  assert.deepEqual(ownersOf([join(outside, "file")]), new Set([next.uid]), "control: links can be followed");
});

test("rejects folders that do not exist", { skip }, async (t) => {
  const dataDir = await makeDataDir(t);
  await assert.rejects(ownFiles(foldersOf(dataDir), next), {
    code: "sandbox_unavailable",
    message: /could not change the owner.*No such file/,
  });
});
