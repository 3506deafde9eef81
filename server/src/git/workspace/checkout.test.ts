import assert from "node:assert/strict";
import { readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import {
  commitAll,
  failsWith,
  hostUser,
  isRoot,
  makeWorld,
  makeWorldWithCheckout,
  plainGit,
  read,
  signal,
} from "../git-fixture.ts";

test("starts a checkout at the base branch, with origin configured and no copied objects", async (t) => {
  const world = makeWorld(t);
  await world.fetch();
  const { baseSha } = await world.checkOut();
  assert.equal(baseSha, world.at(world.remotePath, "rev-parse", "main"));
  assert.equal(world.harness("rev-parse", "HEAD", "--abbrev-ref", "HEAD"), `${baseSha}\ntembo/work`);
  assert.equal(world.harness("remote", "get-url", "origin"), "https://tembo.example/git/acme/app.git");
  assert.equal(world.harness("status", "--porcelain"), "");
  assert.match(world.harness("count-objects", "-v"), /^count: 0$/m);
  assert.equal(
    world.harness("for-each-ref", "--format=%(refname)"),
    "refs/heads/tembo/work\nrefs/remotes/origin/HEAD\nrefs/remotes/origin/main",
  );
  assert.deepEqual(readdirSync(dirname(world.site.checkoutPath)), ["app"]);
});

test("starts a checkout at a given commit, although the branch has moved since", async (t) => {
  const world = makeWorld(t);
  await world.fetch();
  const commit = world.at(world.remotePath, "rev-parse", "main");
  plainGit(world.person, "commit", "--quiet", "--amend", "--message", "Rewritten");
  plainGit(world.person, "push", "--quiet", "--force", "origin", "main");
  await world.fetch();
  const checkOut = (at: { readonly commit?: string | null }) =>
    world.git.createCheckout(
      { site: world.site, publicUrl: "https://tembo.example/a", branch: "main", baseBranch: "main", ...at },
      signal,
    );
  assert.equal((await checkOut({ commit })).headSha, commit);
  assert.equal(world.harness("rev-parse", "HEAD", "origin/main"), `${commit}\n${commit}`);
  assert.equal(world.harness("status", "--porcelain"), "");
  for (const [at, expected] of [
    [{ commit: null }, null],
    [{}, world.at(world.remotePath, "rev-parse", "main")],
  ] as const) {
    for (const path of [world.site.checkoutPath, world.site.capturePath]) rmSync(path, { recursive: true });
    assert.equal((await checkOut(at)).headSha, expected);
  }
});

test("makes the sandbox's user the owner of all files in a checkout", {
  skip: !isRoot && "needs root to run as another user",
}, async (t) => {
  const world = await makeWorldWithCheckout(t);
  world.write("made.txt", "by the harness\n");
  await world.capture();
  for (const name of readdirSync(world.site.checkoutPath, { recursive: true, encoding: "utf8" }))
    assert.equal(statSync(join(world.site.checkoutPath, name)).uid, world.site.uid, name);
  assert.equal(statSync(world.site.mirrorPath).uid, hostUser.uid);
});

test("leaves an existing checkout unchanged and returns the same base", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const first = await world.checkOut();
  world.write("mine.txt", "kept\n");
  commitAll(world.person, "Meanwhile");
  plainGit(world.person, "push", "--quiet", "origin", "main");
  await world.fetch();
  assert.deepEqual(await world.checkOut(), first);
  assert.equal(read(join(world.site.checkoutPath, "mine.txt")), "kept\n");
});

test("resumes an existing branch, and returns the commit where it diverged from the base branch", async (t) => {
  const world = makeWorld(t);
  const base = plainGit(world.person, "rev-parse", "HEAD");
  plainGit(world.person, "checkout", "--quiet", "-b", "tembo/work");
  const tip = commitAll(world.person, "Begun");
  plainGit(world.person, "checkout", "--quiet", "main");
  commitAll(world.person, "Main goes on");
  plainGit(world.person, "push", "--quiet", "origin", "main", "tembo/work");
  await world.fetch();
  assert.deepEqual(await world.checkOut(), { baseSha: base, headSha: tip, isNew: true });
  assert.equal(world.harness("rev-parse", "HEAD"), tip);
});

test("reports which base branch is missing", async (t) => {
  const world = makeWorld(t);
  await world.fetch();
  await assert.rejects(
    world.checkOut("tembo/work", "devel"),
    failsWith("branch_not_found", /no branch "devel"/),
  );
});
