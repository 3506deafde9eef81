import assert from "node:assert/strict";
import { test } from "node:test";
import { makeWorldWithCheckout, signal } from "../git-fixture.ts";

test("a diff counts and shows changes, against a commit and against nothing", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const { baseSha } = await world.checkOut();
  world.write("README.md", "# App\nmore\n");
  world.write("image.png", "\0\u0001");
  const { headSha } = await world.capture();
  const both = { site: world.site, to: headSha!, maxPatchBytes: 100_000 };
  const changed = await world.git.diff({ ...both, from: baseSha }, signal);
  assert.deepEqual({ ...changed, patch: "" }, { additions: 1, deletions: 0, changedFiles: 2, patch: "" });
  assert.match(changed.patch, /^\+more$/m);
  const all = await world.git.diff({ ...both, from: null }, signal);
  assert.equal(all.changedFiles, 3);
  assert.deepEqual(await world.git.diff({ ...both, from: headSha }, signal), {
    additions: 0,
    deletions: 0,
    changedFiles: 0,
    patch: "",
  });
});

test("a patch is cut at the end of a line, its counts are not", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const { baseSha } = await world.checkOut();
  world.write("long.txt", "ünïcode line\n".repeat(50_000));
  const { headSha } = await world.capture();
  const cut = await world.git.diff(
    { site: world.site, from: baseSha, to: headSha!, maxPatchBytes: 5000 },
    signal,
  );
  assert.equal(cut.additions, 50_000);
  assert.ok(Buffer.byteLength(cut.patch) <= 5000 && cut.patch.length > 4000);
  assert.ok(cut.patch.endsWith("line\n"));
});
