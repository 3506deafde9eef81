import assert from "node:assert/strict";
import { test } from "node:test";
import { exists, makeWorld, shell, signal } from "../git-fixture.ts";

const paths = [
  ".github/pull_request_template.md",
  "docs/pull_request_template.md",
  "pull_request_template.md",
];

test("returns the first existing file, ignoring the case of folders and names", async (t) => {
  const world = makeWorld(t);
  await world.fetch();
  await world.checkOut();
  assert.ok(exists(world.site.checkoutPath));
  shell(
    world.site,
    "mkdir -p .GitHub docs; echo best > .GitHub/PULL_REQUEST_TEMPLATE.md; echo worse > docs/pull_request_template.md",
  );
  const { headSha } = await world.capture();
  const find = (wanted: readonly string[], maxBytes = 1000) =>
    world.git.findFile({ site: world.site, commit: headSha!, paths: wanted, maxBytes }, signal);
  assert.equal(await find(paths), "best\n");
  assert.equal(await find(paths.slice(1)), "worse\n");
  assert.equal(await find(paths.slice(2)), null);
  assert.equal(await find(paths, 2), "be");
});

test("does not read a link or a folder in place of a file", async (t) => {
  const world = makeWorld(t);
  await world.fetch();
  await world.checkOut();
  shell(
    world.site,
    "ln -s /etc/passwd pull_request_template.md; mkdir docs; mkdir docs/pull_request_template.md; echo x > docs/pull_request_template.md/x",
  );
  const { headSha } = await world.capture();
  const found = await world.git.findFile(
    { site: world.site, commit: headSha!, paths, maxBytes: 1000 },
    signal,
  );
  assert.equal(found, null);
});
