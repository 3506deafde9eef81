import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { NotFoundError } from "@tembo-io/sdk";
import { connectForge } from "../../forges/connect-forge.ts";
import { startGitlab } from "../../forges/gitlab.ts";
import { API_KEY, pushFiles, reachingLoopback, startWorld, type World } from "../../support/index.ts";

let world: World;
before(async () => {
  world = await startWorld({ env: reachingLoopback });
});
after(() => world.close());

test("lists, searches and reads a repository's files at every ref, including the latest push", async () => {
  const odd = "docs/<b>a &#?%.md";
  const { id, url } = await world.repository("trees/app", { "README.md": "# App\n", [odd]: "odd\n" });
  const { repositories } = world.client;
  const root = await repositories.tree(id);
  assert.deepEqual(
    root.items.map(({ path, kind, sizeBytes }) => [path, kind, sizeBytes]),
    [
      ["docs", "folder", null],
      ["README.md", "file", 6],
    ],
  );
  assert.deepEqual([root.ref, root.isCut, root.isStale], ["main", false, false]);
  assert.equal((await repositories.file(id, { path: odd })).content, "odd\n");

  await pushFiles(url, API_KEY, "work/next", { "src/next.ts": "next\n" }, "Next");
  const branches = await repositories.branches(id);
  assert.deepEqual(
    branches.items.map(({ name, isBase }) => [name, isBase]),
    [
      ["main", true],
      ["work/next", false],
    ],
  );
  const found = await repositories.tree(id, { ref: "work/next", search: "NEXT" });
  assert.deepEqual(
    found.items.map(({ path }) => path),
    ["src/next.ts"],
  );
  assert.equal((await repositories.file(id, { ref: found.commit!, path: "src/next.ts" })).content, "next\n");
  await assert.rejects(
    repositories.file(id, { path: "src/next.ts" }),
    (error) =>
      error instanceof NotFoundError && /File "src\/next\.ts" was not found at "main"/.test(error.message),
  );
});

test("returns an empty tree for a repository without commits", async () => {
  const { id } = await world.client.repositories.create({ owner: "trees", name: "empty" });
  const { items, commit } = await world.client.repositories.tree(id);
  assert.deepEqual([items, commit], [[], null]);
  assert.deepEqual((await world.client.repositories.branches(id)).items, []);
});

test("fetches a repository from another forge on the first read, and reports a rejected credential", async () => {
  const gitlab = await startGitlab();
  try {
    const integrationId = await connectForge(world.client, gitlab);
    const [repository] = (await world.client.repositories.list({ integrationId })).items;
    const { id } = repository!;
    gitlab.fake.tokens.delete(gitlab.token);
    await assert.rejects(world.client.repositories.tree(id), /token|credential/);
    const accessToken = gitlab.fake.addToken(gitlab.fake.users[0]!);
    await world.client.integrations.update(integrationId, { accessToken });
    const { items, isStale } = await world.client.repositories.tree(id);
    assert.deepEqual([items.map(({ path }) => path), isStale], [["README.md"], false]);
  } finally {
    await gitlab.close();
  }
});
