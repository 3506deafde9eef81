import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { commitAll, makeWorld, plainGit, read, signal } from "../../../git/git-fixture.ts";
import { workspaceFiles } from "../../../sandbox/workspace-files.ts";
import { newId, paths } from "../../base/index.ts";
import type { BuildCheckout, BuildContext } from "./build-context.ts";
import { createBuildWorkspace, fetchMirrors } from "./prepare-build-workspace.ts";
import { readSourceFile } from "./read-source-file.ts";

function makeContext(t: TestContext, options: { readonly isEmpty?: boolean } = {}) {
  const world = makeWorld(t, options);
  const repository = { id: newId(), settings: {} };
  const lease = { buildId: newId(), attempt: 1 };
  const forge = { remote: async () => world.remote };
  const checkout = { repository, forge, directory: "app", branch: "main", commit: null };
  const loaded = {
    ...{ lease, checkouts: [checkout], sourceCheckout: checkout },
    organization: { settings: {} },
    workspace: { sessionId: paths.building(lease), sessionNumber: 1 },
    ports: {
      ...{ git: world.git, workspaceFiles, sandboxes: { clear: async () => {} } },
      settings: { dataDir: world.root, publicUrl: "https://tembo.example" },
      workspaces: {
        prepare: async () => {},
        ownerOf: () => ({ uid: process.getuid!(), gid: process.getgid!() }),
      },
    },
  } as unknown as BuildContext;
  const push = (text: string) => {
    writeFileSync(join(world.person, "Dockerfile"), text);
    commitAll(world.person, text);
    plainGit(world.person, "push", "--quiet", "origin", "main");
  };
  const readIn = (context: BuildContext, source: BuildCheckout, maxBytes = 100) =>
    readSourceFile(context, source, { path: "Dockerfile", maxBytes }, signal);
  const inWorkspace = (name: string) =>
    join(paths.workspace(world.root, loaded.workspace.sessionId), "app", name);
  return { loaded, push, readIn, inWorkspace };
}

test("uses the fetched commit in all steps, although another process fetches a newer one", async (t) => {
  const { loaded, push, readIn, inWorkspace } = makeContext(t);
  push("first");
  const context = await fetchMirrors(loaded, signal);
  assert.equal(context.sourceCheckout, context.checkouts[0]);
  push("second");
  const newer = await fetchMirrors(loaded, signal);
  assert.deepEqual(await readIn(context, context.sourceCheckout!), { kind: "text", text: "first" });
  assert.deepEqual(await readIn(context, newer.sourceCheckout!), { kind: "text", text: "second" }, "control");
  assert.deepEqual(await readIn(context, context.sourceCheckout!, 4), { kind: "tooLarge" });
  await createBuildWorkspace(context, context.checkouts, signal);
  assert.equal(read(inWorkspace("Dockerfile")), "first");
});

test("continues to treat a repository as empty if commits arrive after the fetch", async (t) => {
  const { loaded, push, readIn, inWorkspace } = makeContext(t, { isEmpty: true });
  const context = await fetchMirrors(loaded, signal);
  assert.equal(context.checkouts[0]!.commit, null);
  push("first");
  await fetchMirrors(loaded, signal);
  assert.equal(await readIn(context, context.sourceCheckout!), null);
  await createBuildWorkspace(context, context.checkouts, signal);
  assert.throws(() => read(inWorkspace("Dockerfile")), { code: "ENOENT" });
});
