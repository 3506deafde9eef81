import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { makeWorld, shell, signal } from "../git-fixture.ts";
import { isPublished } from "./is-published.ts";

const branch = "tembo/work";
const quiet = { info() {}, warn() {}, error() {} };

async function checkedOut(t: TestContext) {
  const world = makeWorld(t);
  await world.fetch();
  await world.checkOut(branch);
  const ask = () => isPublished({ site: world.site, branch }, quiet, signal);
  return { world, ask };
}

test("a new checkout counts as published, even with ignored files", async (t) => {
  const { world, ask } = await checkedOut(t);
  assert.equal(await ask(), true);
  shell(world.site, "mkdir ignored && echo x > ignored/x");
  assert.equal(await ask(), true);
  rmSync(world.site.checkoutPath, { recursive: true });
  assert.equal(await ask(), true, "a missing checkout has nothing to publish");
});

for (const [name, script] of [
  ["a new file", "echo x > new"],
  ["a changed file", "echo more >> README.md"],
  ["a removed file", "rm README.md"],
  ["a commit", "echo x > new && git add new && git commit -qm new"],
  [
    "a commit on another branch",
    "git checkout -q -b other && git commit -q --allow-empty -m more && git checkout -q -",
  ],
  ["a stash", "echo x >> README.md && git stash -q"],
  [
    "a packed branch",
    "git commit -q --allow-empty -m a && git branch o && git reset -q --hard HEAD~ && git pack-refs --all",
  ],
  ["a broken repository", "rm -rf .git"],
] as const) {
  test(`${name} does not count as published`, async (t) => {
    const { world, ask } = await checkedOut(t);
    shell(world.site, `git config user.name H && git config user.email h@example.com && ${script}`);
    assert.equal(await ask(), false);
  });
}

test("files that are too large to capture do not count as published", async (t) => {
  const { world, ask } = await checkedOut(t);
  shell(world.site, "truncate -s 3G large");
  assert.equal(await ask(), false);
});

test("captured work counts as published once it has been pushed", async (t) => {
  const { world, ask } = await checkedOut(t);
  shell(world.site, "echo x > new");
  const { headSha } = await world.capture("More", branch);
  assert.equal(await ask(), false, "the capture is not pushed yet");
  await world.push(headSha!, branch);
  assert.equal(await ask(), true);
});
