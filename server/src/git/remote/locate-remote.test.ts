import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { failsWith, makeWorld, plainGit } from "../git-fixture.ts";
import { locateRemote } from "./locate-remote.ts";

const app = { kind: "local", owner: "acme", name: "app" } as const;

test("finds a repository of the built-in forge in the data folder", (t) => {
  const { root, remotePath } = makeWorld(t);
  assert.deepEqual(locateRemote(app, root), { kind: "folder", path: remotePath, name: "acme/app" });
});

test("finds a repository if the data folder is a link", (t) => {
  const { root } = makeWorld(t);
  const link = join(root, "link");
  symlinkSync(root, link);
  assert.equal(locateRemote(app, link).kind, "folder");
});

test("rejects names that escape the built-in forge's folder", (t) => {
  const { root } = makeWorld(t);
  for (const [owner, name] of [
    ["..", "mirrors/app"],
    ["acme", "../../sessions/one/workspace/app"],
    ["acme/../acme", "app"],
    ["", "app"],
    [".", "app"],
    ["acme", "app\0"],
    ["acme", "app.git"],
  ] as const)
    assert.throws(
      () => locateRemote({ kind: "local", owner, name }, root),
      failsWith("git_failed", /is not on/),
    );
});

test("rejects a repository or an owner's folder that is a link", (t) => {
  for (const at of [(path: string) => path, dirname]) {
    const { root, remotePath } = makeWorld(t);
    const elsewhere = join(root, "sessions/elsewhere");
    renameSync(at(remotePath), elsewhere);
    symlinkSync(elsewhere, at(remotePath));
    assert.throws(() => locateRemote(app, root), failsWith("git_failed", /contains a link/));
    rmSync(at(remotePath));
    renameSync(elsewhere, at(remotePath));
    assert.equal(locateRemote(app, root).kind, "folder", "control");
  }
});

test("rejects a repository that borrows objects or configuration from another one", (t) => {
  const { root, remotePath } = makeWorld(t);
  plainGit(root, "init", "--quiet", "--bare", "other/x.git");
  for (const [file, text] of [
    ["objects/info/alternates", `${root}/other/x.git/objects\n`],
    ["objects/info/http-alternates", "http://127.0.0.1:9/x.git/objects\n"],
    ["commondir", `${root}/other/x.git\n`],
  ] as const) {
    const path = join(remotePath, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    assert.throws(() => locateRemote(app, root), failsWith("git_failed", /of another repository/), file);
    rmSync(path);
    assert.equal(locateRemote(app, root).kind, "folder", "control");
  }
});
