import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import type { SavedCapture } from "../../core/forges/index.ts";
import {
  failsWith,
  isRoot,
  makeWorld,
  makeWorldWithCheckout,
  plainGit,
  signal,
  type World,
} from "../git-fixture.ts";

const publicUrl = "https://tembo.example/git/acme/app.git";
const branch = "tembo/work";

interface Copied extends Omit<SavedCapture, "formerPack" | "ownPack"> {
  readonly formerPack: Buffer | null;
  readonly ownPack: Buffer | null;
}

/** Exports the capture repository and keeps its packs in memory. */
async function save({ git, site }: World): Promise<Copied> {
  const copied = await git.exportCapture(
    { site },
    async ({ formerPack, ownPack, ...rest }) => ({
      ...rest,
      formerPack: formerPack === null ? null : await buffer(formerPack),
      ownPack: ownPack === null ? null : await buffer(ownPack),
    }),
    signal,
  );
  assert.ok(copied !== null);
  return copied;
}

/** Removes everything that this machine knows about the repository, and fetches a new mirror. */
async function moveToAnotherMachine({ site, fetch }: World): Promise<void> {
  for (const path of [site.mirrorPath, site.checkoutPath, dirname(site.capturePath)])
    rmSync(path, { recursive: true, force: true });
  await fetch();
}

async function restore({ git, site }: World, { formerPack, ownPack, ...rest }: Copied): Promise<void> {
  const chunks = async function* (bytes: Buffer) {
    yield bytes;
  };
  const saved = {
    ...rest,
    formerPack: formerPack && chunks(formerPack),
    ownPack: ownPack && chunks(ownPack),
  };
  await git.importCapture({ site, publicUrl, branch, saved }, signal);
}

test("moves captured commits to another machine, which can push them", async (t) => {
  const world = await makeWorldWithCheckout(t);
  world.write("new.txt", "new\n");
  const { headSha } = await world.capture();
  const saved = await save(world);
  assert.equal(saved.formerPack, null, "the forge still has the base");
  await moveToAnotherMachine(world);
  await restore(world, saved);
  assert.equal(world.at(world.site.capturePath, "rev-parse", `refs/heads/${branch}`), headSha);
  assert.equal((await world.push(headSha!)).sha, headSha);
  assert.equal(world.at(world.remotePath, "show", `${headSha}:new.txt`), "new");
});

test("leaves out commits of other branches of the forge", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const saved = await save(world);
  assert.deepEqual([saved.formerPack, saved.ownPack], [null, null]);
});

test("keeps pushed commits, because the forge may delete the branch when it is merged", async (t) => {
  const world = await makeWorldWithCheckout(t);
  world.write("new.txt", "new\n");
  const { headSha } = await world.capture();
  await world.push(headSha!);
  await world.fetch();
  const saved = await save(world);
  assert.equal(saved.refs["refs/tembo/published"], headSha);
  world.at(world.remotePath, "branch", "-D", branch);
  world.at(world.remotePath, "gc", "--quiet", "--prune=now");
  await moveToAnotherMachine(world);
  await restore(world, saved);
  assert.equal(world.at(world.site.capturePath, "rev-parse", branch), headSha);
  assert.equal(world.at(world.site.capturePath, "fsck", "--no-dangling"), "");
});

test("moves the base commit if the forge no longer has it", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const base = world.harness("rev-parse", "HEAD");
  world.write("new.txt", "new\n");
  const { headSha } = await world.capture();
  plainGit(world.person, "commit", "--quiet", "--amend", "--message", "Rewritten");
  plainGit(world.person, "push", "--quiet", "--force", "origin", "main");
  plainGit(world.remotePath, "gc", "--quiet", "--prune=now");
  await world.fetch();
  const saved = await save(world);
  await moveToAnotherMachine(world);
  assert.throws(() => world.at(world.site.mirrorPath, "cat-file", "-e", base), "the forge does not have it");
  await restore(world, saved);
  world.at(world.site.mirrorPath, "gc", "--quiet", "--prune=now");
  assert.equal(world.at(world.site.mirrorPath, "cat-file", "-t", base), "commit");
  assert.equal(world.at(world.site.capturePath, "fsck", "--no-dangling"), "");
  assert.equal(world.at(world.site.capturePath, "rev-parse", `${branch}^`), base);
  assert.ok(headSha !== null);
});

/** Moves everything to another machine but leaves the checkout as it was before the capture. */
async function moveBehind(world: World): Promise<string> {
  world.write("new.txt", "new\n");
  const { site } = world;
  cpSync(site.checkoutPath, `${site.checkoutPath}.before`, { recursive: true, preserveTimestamps: true });
  const { headSha } = await world.capture();
  const saved = await save(world);
  await moveToAnotherMachine(world);
  renameSync(`${site.checkoutPath}.before`, site.checkoutPath);
  if (isRoot) execFileSync("chown", ["-R", `${site.uid}:${site.gid}`, site.checkoutPath]);
  await restore(world, saved);
  return headSha!;
}

test("moves the branch of a checkout that was saved before the capture", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const head = await moveBehind(world);
  assert.equal(world.harness("rev-parse", "HEAD"), head);
  assert.equal(world.harness("status", "--porcelain"), "");
  assert.equal(world.harness("fsck", "--no-dangling"), "");
});

test("leaves a checkout with commits that were not captured", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const saved = await save(world);
  world.write("new.txt", "new\n");
  world.harness("add", "new.txt");
  world.harness("commit", "--quiet", "--message", "Own");
  const own = world.harness("rev-parse", "HEAD");
  rmSync(dirname(world.site.capturePath), { recursive: true });
  await restore(world, saved);
  assert.equal(world.harness("rev-parse", "HEAD"), own);
  assert.equal((await world.capture()).headSha, own);
});

test("exports nothing without a capture repository, and does not replace one", async (t) => {
  const world = makeWorld(t);
  await world.fetch();
  const { git, site } = world;
  assert.equal(await git.exportCapture({ site }, () => Promise.resolve(1), signal), null);
  await world.checkOut();
  const saved = await save(world);
  world.write("new.txt", "new\n");
  const { headSha } = await world.capture();
  await restore(world, saved);
  assert.equal(world.at(site.capturePath, "rev-parse", `refs/heads/${branch}`), headSha);
});

test("rejects a damaged pack, and leaves no capture repository", async (t) => {
  const world = await makeWorldWithCheckout(t);
  world.write("new.txt", "new\n");
  await world.capture();
  const saved = await save(world);
  await moveToAnotherMachine(world);
  const ownPack = Buffer.from(saved.ownPack!);
  ownPack[ownPack.length - 30]! ^= 1;
  await assert.rejects(restore(world, { ...saved, ownPack }), failsWith("git_failed", /index-pack failed/));
  assert.equal(await world.git.exportCapture({ site: world.site }, () => Promise.resolve(1), signal), null);
});
