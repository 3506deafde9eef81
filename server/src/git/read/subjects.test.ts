import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChangedFile } from "../../core/forges/index.ts";
import { programStarts } from "../../host-git/host-git.ts";
import { author, commitAll, committer, makeWorld, plainGit, signal } from "../git-fixture.ts";

test("returns the base's commit subjects up to the limit, without merges", async (t) => {
  const world = makeWorld(t);
  plainGit(world.person, "checkout", "--quiet", "-b", "side");
  commitAll(world.person, "side: one\n\nbody");
  plainGit(world.person, "checkout", "--quiet", "main");
  commitAll(world.person, "main: two");
  plainGit(world.person, "merge", "--quiet", "--no-ff", "-m", "Merge side", "side");
  plainGit(world.person, "push", "--quiet", "origin", "main");
  await world.fetch();
  const { baseSha } = await world.checkOut();
  const read = (from: string, limit: number) => world.git.subjects({ site: world.site, from, limit }, signal);
  const all = await read(baseSha!, 50);
  assert.deepEqual([...all].sort(), ["Start", "main: two", "side: one"]);
  assert.equal((await read(baseSha!, 2)).length, 2);
  assert.deepEqual(await read("0".repeat(40), 50), [], "returns nothing for an unknown base");
});

test("lists the history of a commit once for all sessions, and again when a shallow mirror has more of it", async (t) => {
  const world = makeWorld(t);
  for (const name of ["two", "three", "four"]) commitAll(world.person, name);
  plainGit(world.person, "push", "--quiet", "origin", "main");
  const input = { mirrorPath: world.site.mirrorPath, remote: world.remote };
  await world.git.fetchMirror({ ...input, depth: 2 }, signal);
  const { baseSha } = await world.checkOut();
  let starts = 0;
  const add = () => void starts++;
  programStarts.subscribe(add);
  t.after(() => programStarts.unsubscribe(add));
  const read = () => world.git.subjects({ site: world.site, from: baseSha!, limit: 50 }, signal);
  assert.deepEqual(await read(), ["four", "three"]);
  assert.deepEqual(await read(), ["four", "three"]);
  assert.equal(starts, 1);
  await world.git.fetchMirror(input, signal);
  assert.deepEqual(await read(), ["four", "three", "two", "Start"]);
});

test("requests a commit message for the changed files, and only if there are changes", async (t) => {
  const world = makeWorld(t);
  await world.fetch();
  await world.checkOut();
  const asked: (readonly ChangedFile[])[] = [];
  const capture = () =>
    world.git.capture(
      {
        site: world.site,
        branch: "tembo/work",
        author,
        committer,
        message: async (files) => {
          asked.push(files);
          return "docs: say more";
        },
      },
      signal,
    );
  await capture();
  assert.deepEqual(asked, []);
  world.write("README.md", "# Other\n");
  world.write("new\nname.txt", "1\n");
  world.harness("rm", "--quiet", ".gitignore");
  const { headSha } = await capture();
  assert.deepEqual(asked, [
    [
      { path: ".gitignore", change: "deleted" },
      { path: "README.md", change: "modified" },
      { path: "new\nname.txt", change: "added" },
    ],
  ]);
  assert.equal(world.at(world.site.capturePath, "log", "-1", "--format=%s", headSha!), "docs: say more");
});

test("lists the first files of an empty repository as added", async (t) => {
  const world = makeWorld(t, { isEmpty: true });
  await world.fetch();
  await world.checkOut();
  world.write("a.txt", "1\n");
  let seen: readonly ChangedFile[] = [];
  const message = async (files: readonly ChangedFile[]) => {
    seen = files;
    return "First";
  };
  await world.git.capture({ site: world.site, branch: "tembo/work", author, committer, message }, signal);
  assert.deepEqual(seen, [{ path: "a.txt", change: "added" }]);
});
