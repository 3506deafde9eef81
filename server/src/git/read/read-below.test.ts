import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { commitAll, makeWorld, plainGit, signal } from "../git-fixture.ts";

const wanted = { branch: "main", folders: ["b/s", "a"], name: "X.md", maxFiles: 10, maxBytes: 100 };

function worldWith(t: Parameters<typeof makeWorld>[0], files: Readonly<Record<string, string>>) {
  const world = makeWorld(t);
  for (const [path, text] of Object.entries(files)) {
    const at = join(world.person, path);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, text);
  }
  symlinkSync("/etc/passwd", join(world.person, "a/one/link"));
  mkdirSync(join(world.person, "a/linked"));
  symlinkSync("/etc/passwd", join(world.person, "a/linked/X.md"));
  commitAll(world.person, "Files");
  plainGit(world.person, "push", "--quiet", "origin", "main");
  const read = (change: Partial<typeof wanted> = {}) =>
    world.git.readBelow({ mirrorPath: world.site.mirrorPath, ...wanted, ...change }, signal);
  return { world, read };
}

test("reads the file in each direct subfolder in order, and ignores links and deeper folders", async (t) => {
  const { world, read } = worldWith(t, {
    "a/one/X.md": "one\nmore",
    "a/two ü\n/X.md": "",
    "a/X.md": "too high",
    "a/one/deeper/X.md": "too deep",
    "a/one/Y.md": "another",
    "b/s/three/X.md": "three\0",
    "b/other/X.md": "elsewhere",
  });
  assert.deepEqual(await read(), [], "nothing has been fetched yet");
  await world.fetch();
  assert.deepEqual(await read(), [
    { path: "b/s/three/X.md", text: "three\uFFFD" },
    { path: "a/one/X.md", text: "one\nmore" },
    { path: "a/two ü\n/X.md", text: "" },
  ]);
  assert.equal((await read({ maxFiles: 2 })).length, 2);
  assert.deepEqual(
    (await read({ maxBytes: 7 })).map(({ path }) => path),
    ["b/s/three/X.md", "a/two ü\n/X.md"],
    "skips larger files",
  );
  assert.deepEqual(await read({ branch: "nowhere" }), []);
});
