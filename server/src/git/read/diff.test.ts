import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { makeWorldWithCheckout, signal, type World } from "../git-fixture.ts";

const writeBytes = (world: World, name: string, bytes: Buffer) =>
  writeFileSync(join(world.site.checkoutPath, name), bytes);

test("counts and returns changes against a commit and against an empty tree", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const { baseSha } = await world.checkOut();
  world.write("README.md", "# App\nmore\n");
  world.write("image.png", "\0\u0001");
  const { headSha } = await world.capture();
  const both = { site: world.site, to: headSha!, maxPatchBytes: 100_000 };
  const changed = await world.git.diff({ ...both, from: baseSha }, signal);
  assert.deepEqual({ ...changed, patch: "" }, { additions: 1, deletions: 0, changedFiles: 2, patch: "" });
  assert.match(changed.patch.text, /^\+more$/m);
  assert.deepEqual(await world.git.diffStat({ site: world.site, to: headSha!, from: baseSha }, signal), {
    additions: 1,
    deletions: 0,
    changedFiles: 2,
  });
  const all = await world.git.diff({ ...both, from: null }, signal);
  assert.equal(all.changedFiles, 3);
  assert.deepEqual(await world.git.diff({ ...both, from: headSha }, signal), {
    additions: 0,
    deletions: 0,
    changedFiles: 0,
    patch: { text: "", isComplete: true },
  });
});

test("truncates a patch at the end of a line, and keeps the full counts", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const { baseSha } = await world.checkOut();
  world.write("long.txt", "ünïcode line\n".repeat(50_000));
  const { headSha } = await world.capture();
  const cut = await world.git.diff(
    { site: world.site, from: baseSha, to: headSha!, maxPatchBytes: 5000 },
    signal,
  );
  assert.equal(cut.additions, 50_000);
  assert.ok(Buffer.byteLength(cut.patch.text) <= 5000 && cut.patch.text.length > 4000);
  assert.ok(cut.patch.text.endsWith("line\n"));
  assert.equal(cut.patch.isComplete, false);
});

test("git applies a patch with binary files and restores the same bytes", async (t) => {
  const world = await makeWorldWithCheckout(t);
  writeBytes(world, "old.bin", Buffer.from([0, 1, 2, 3]));
  const { headSha: before } = await world.capture();
  const picture = Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7919) % 256));
  writeBytes(world, "picture.png", picture);
  writeBytes(world, "old.bin", Buffer.from([0, 9, 8]));
  world.write("README.md", "# App\nmore\n");
  const { headSha } = await world.capture();
  const compared = { site: world.site, from: before, to: headSha! };
  const { patch } = await world.git.diff({ ...compared, maxPatchBytes: 100_000 }, signal);
  assert.equal(patch.isComplete, true);
  const folder = join(world.root, "applied");
  mkdirSync(folder);
  writeFileSync(join(folder, "README.md"), "# App\n");
  writeFileSync(join(folder, "old.bin"), Buffer.from([0, 1, 2, 3]));
  const applied = spawnSync("git", ["-C", folder, "apply", "-"], { input: patch.text, encoding: "utf8" });
  assert.equal(applied.status, 0, applied.stderr);
  assert.deepEqual(readFileSync(join(folder, "picture.png")), picture);
  assert.deepEqual(readFileSync(join(folder, "old.bin")), Buffer.from([0, 9, 8]));
});

test("mentions binary files that do not fit in the patch, keeps the text, and marks the patch incomplete", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const { baseSha } = await world.checkOut();
  writeBytes(world, "a.bin", randomBytes(20_000));
  world.write("b.txt", "text\n");
  const { headSha } = await world.capture();
  const compared = { site: world.site, from: baseSha, to: headSha! };
  const { patch } = await world.git.diff({ ...compared, maxPatchBytes: 5_000 }, signal);
  assert.equal(patch.isComplete, false);
  assert.match(patch.text, /^Binary files .* differ$[\s\S]*^\+text$/m);
  const control = await world.git.diff({ ...compared, maxPatchBytes: 100_000 }, signal);
  assert.equal(control.patch.isComplete, true);
});

test("marks a patch with text that is not UTF-8 as incomplete", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const { baseSha } = await world.checkOut();
  writeBytes(world, "latin1.txt", Buffer.from("gr\xfc\xdfe\n", "latin1"));
  const { headSha } = await world.capture();
  const compared = { site: world.site, from: baseSha, to: headSha! };
  const { patch } = await world.git.diff({ ...compared, maxPatchBytes: 5_000 }, signal);
  assert.match(patch.text, /^\+gr\uFFFD\uFFFDe$/m);
  assert.equal(patch.isComplete, false);
});
