import assert from "node:assert/strict";
import { existsSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { commitAll, makeWorldWithCheckout, plainGit, read, shell } from "../git-fixture.ts";
import { startHostile } from "../hostile/hostile-fixture.ts";
import { excludePattern } from "./adopt-environment.ts";

test("updates an environment's folder to the base branch, and ignores what the environment added", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const { site } = world;
  const prepared = world.harness("rev-parse", "HEAD");
  writeFileSync(join(world.person, "kept.txt"), "same\n");
  const before = commitAll(world.person, "Add");
  plainGit(world.person, "push", "--quiet", "origin", "main");
  shell(site, 'echo built > "out put.txt"; echo changed > README.md; mkdir deps && echo x > deps/x');
  await world.fetch();
  const adopted = await world.adopt();
  assert.deepEqual(adopted, { baseSha: before, headSha: before, isNew: true, environmentSha: prepared });
  assert.equal(world.harness("rev-parse", "HEAD", "--abbrev-ref", "HEAD"), `${before}\ntembo/other`);
  assert.equal(world.harness("status", "--porcelain"), "");
  for (const [name, text] of [
    ["kept.txt", "same\n"],
    ["out put.txt", "built\n"],
    ["deps/x", "x\n"],
  ] as const)
    assert.equal(read(join(site.checkoutPath, name)), text);
  shell(site, "echo agent > deps/new; echo again > deps/x");
  const { headSha } = await world.capture("Work", "tembo/other");
  const changed = world.at(site.capturePath, "diff", "--name-only", before, headSha!);
  assert.equal(changed, "deps/new");
  assert.equal(
    (await world.checkOut("tembo/other")).isNew,
    false,
    "a checkout with a capture repository is left as it is",
  );
});

test("removes files that the base branch no longer has, and keeps the times of unchanged files", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const path = (name: string) => join(world.site.checkoutPath, name);
  writeFileSync(join(world.person, "later.txt"), "x");
  commitAll(world.person, "Add");
  plainGit(world.person, "push", "--quiet", "origin", "main");
  rmSync(world.site.checkoutPath, { recursive: true });
  rmSync(world.site.capturePath, { recursive: true });
  await world.fetch();
  await world.checkOut();
  shell(world.site, "touch -d 2020-01-01 README.md");
  plainGit(world.person, "rm", "--quiet", "later.txt");
  commitAll(world.person, "Remove");
  plainGit(world.person, "push", "--quiet", "origin", "main");
  await world.fetch();
  await world.adopt();
  assert.ok(!existsSync(path("later.txt")));
  assert.equal(statSync(path("README.md")).mtime.getUTCFullYear(), 2020);
});

test("runs no program of an environment's repository", async (t) => {
  const world = await startHostile(t);
  shell(
    world.site,
    `git config core.fsmonitor 'touch ${world.marks}/fsmonitor; false'
     git config filter.evil.clean 'touch ${world.marks}/clean; cat'; git config filter.evil.smudge 'touch ${world.marks}/smudge; cat'
     echo '* filter=evil' > .gitattributes; mkdir -p .git/hooks .git/info; cp .gitattributes .git/info/attributes
     printf '#!/bin/sh\\ntouch ${world.marks}/hook' > .git/hooks/post-index-change; chmod +x .git/hooks/*; touch README.md`,
  );
  await world.adopt();
  assert.deepEqual(world.ran(), []);
  assert.doesNotMatch(world.harness("config", "--list", "--local"), /evil|fsmonitor/);
  shell(world.site, `git config core.fsmonitor 'touch ${world.marks}/fsmonitor; false'; git status`);
  assert.deepEqual(world.ran(), ["fsmonitor"], "control");
});

for (const [what, plant] of [
  ["a link to another repository", "mv .git ../other; ln -s ../other .git"],
  ["a file that names another repository", "mv .git ../other; echo 'gitdir: ../other' > .git"],
  ["missing", "rm -rf .git"],
  ["without a valid head", "echo ../../secret > .git/HEAD"],
  ["a head that no mirror has", `echo ${"0123456789".repeat(4)} > .git/HEAD`],
] as const)
  test(`replaces an environment's .git that is ${what}`, async (t) => {
    const world = await makeWorldWithCheckout(t);
    shell(world.site, plant);
    const { headSha } = await world.adopt();
    assert.equal(world.harness("rev-parse", "HEAD"), headSha);
    assert.equal(world.harness("status", "--porcelain"), "");
    assert.ok(statSync(join(world.site.checkoutPath, ".git")).isDirectory());
  });

test("creates a checkout of its own if the environment's folder is a link", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const aside = `${world.site.checkoutPath}-aside`;
  renameSync(world.site.checkoutPath, aside);
  symlinkSync(aside, world.site.checkoutPath);
  await world.adopt();
  assert.equal(world.harness("rev-parse", "--abbrev-ref", "HEAD"), "tembo/other");
  assert.equal(plainGit(aside, "-c", "safe.directory=*", "rev-parse", "--abbrev-ref", "HEAD"), "tembo/work");
});

test("escapes the characters that have a meaning in ignore files", () => {
  assert.equal(excludePattern("a*b [x] !#"), "/a\\*b\\ \\[x\\]\\ !#\n");
  assert.equal(excludePattern("two\nlines"), "");
});
