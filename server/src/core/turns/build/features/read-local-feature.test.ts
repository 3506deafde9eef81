import assert from "node:assert/strict";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { commitAll, makeWorld, plainGit, signal } from "../../../../git/git-fixture.ts";
import { newId, paths } from "../../../base/index.ts";
import type { BuildCheckout, BuildContext } from "../build-context.ts";
import { readLocalFeature } from "./read-local-feature.ts";

test("reads the files of a folder, but no links and no other folder", async (t) => {
  const world = makeWorld(t);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(world.person, path)), { recursive: true });
    writeFileSync(join(world.person, path), text);
  };
  write("dev/own/install.sh", "#!/bin/sh\n");
  chmodSync(join(world.person, "dev/own/install.sh"), 0o755);
  write("dev/own/data/a b", "x");
  write("dev/linked/install.sh", "x");
  symlinkSync("/etc/passwd", join(world.person, "dev/linked/link"));
  for (let index = 0; index < 501; index++) write(`dev/many/${index}`, "");
  write("dev/large/a", "x".repeat(17 * 1024 ** 2));
  symlinkSync("own", join(world.person, "dev/alias"));
  commitAll(world.person, "features");
  plainGit(world.person, "push", "--quiet", "origin", "main");
  const repository = { id: newId() };
  const mirrorPath = paths.mirror(world.root, repository.id);
  await world.git.fetchMirror({ mirrorPath, remote: world.remote, depth: null, baseBranch: "main" }, signal);
  const commit = await world.git.findCommit({ mirrorPath, ref: "main" }, signal);
  const context = { ports: { git: world.git, settings: { dataDir: world.root } } } as unknown as BuildContext;
  const checkout = { repository, commit, directory: "app", branch: "main" } as BuildCheckout;
  const readFolder = (folder: string, from = checkout) => readLocalFeature(context, from, folder, signal);

  const files = await readFolder("dev/own");
  assert.deepEqual(
    files.map(({ path, isExecutable, content }) => [path, isExecutable, content.toString()]),
    [
      ["data/a b", false, "x"],
      ["install.sh", true, "#!/bin/sh\n"],
    ],
  );
  for (const [folder, message] of [
    ["dev/linked", /contains "link", which is not a file/],
    ["dev/many", /more than 500 files/],
    ["dev/large", /more than 16 MiB/],
    ["dev/alias", /does not exist/],
    ["dev/own/install.sh", /does not exist/],
    ["absent", /The feature in absent on the branch main of app does not exist/],
  ] as const)
    await assert.rejects(readFolder(folder), { code: "invalid_input", message });
  await assert.rejects(readFolder("dev/own", { ...checkout, commit: null }), { message: /does not exist/ });
});
