import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { copyWorkspaceObjects } from "../capture/copy-objects.ts";
import { commitAll, plainGit, shell, signal } from "../git-fixture.ts";
import { files, startHostile, wholeTurn } from "./hostile-fixture.ts";

test("does not read objects through alternates or links", async (t) => {
  const world = await startHostile(t);
  // Another repository on this machine. The harness knows only the ID of the commit in it.
  const secret = join(world.root, "secret");
  plainGit(world.root, "clone", "--quiet", world.remotePath, secret);
  writeFileSync(join(secret, "secret.txt"), "secret\n");
  const stolen = commitAll(secret, "Secret");
  const plant = `mkdir -p .git/refs/heads/tembo; echo ${stolen} > .git/refs/heads/tembo/work`;
  shell(world.site, `echo ${secret}/.git/objects >> .git/objects/info/alternates; ${plant}`);
  assert.match(world.harness("log", "-1", "--format=%s"), /Secret/, "control: git follows alternates");
  const first = await world.capture();
  assert.deepEqual(files(world, first.headSha!), [".gitignore", "README.md"]);
  const names = `for d in ${secret}/.git/objects/??; do rm -rf .git/objects/$(basename $d); ln -s $d .git/objects/; done`;
  shell(world.site, `sed -i '\\|secret|d' .git/objects/info/alternates; ${names}; ${plant}`);
  assert.match(world.harness("log", "-1", "--format=%s"), /Secret/, "control: git follows links");
  const second = await world.capture();
  assert.equal(second.headSha, first.headSha);
  assert.throws(() => world.at(world.site.capturePath, "cat-file", "-e", stolen));
});

test("ignores replacement refs and grafts", async (t) => {
  const world = await startHostile(t);
  const { baseSha } = await world.checkOut();
  shell(
    world.site,
    `export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x
     tree=$(git mktree < /dev/null); orphan=$(git commit-tree -m Orphan $tree)
     git replace $orphan $(git commit-tree -p HEAD -m Pretend $tree); mkdir -p .git/info; echo "$orphan $(git rev-parse HEAD)" > .git/info/grafts
     git update-ref refs/heads/tembo/work $orphan; echo x > new.txt`,
  );
  assert.match(
    world.harness("log", "--format=%H", "HEAD"),
    new RegExp(baseSha!),
    "control: git uses the replaced history",
  );
  const sha = await wholeTurn(world);
  assert.match(world.at(world.site.capturePath, "rev-list", sha), new RegExp(baseSha!));
  assert.ok(files(world, sha).includes("README.md") && files(world, sha).includes("new.txt"));
});

/** Names of tree entries that `git mktree` would reject. The tests write these trees byte by byte. */
const forged: [string, string][] = [
  ["an entry called .git", ".git"],
  ["an entry called .GIT", ".GIT"],
  ["an entry that NTFS takes for .git", "git~1"],
  ["an entry that HFS+ takes for .git", ".g\u200cit"],
  ["an entry that leads up", ".."],
  ["an entry with a slash", "a/b"],
];

test("keeps the files, but not the commits, of forged trees", async (t) => {
  for (const [what, name] of forged) {
    const world = await startHostile(t);
    const blob = world.harness("rev-parse", "HEAD:README.md");
    const entry = Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, "hex")]);
    world.write("forged-tree", "");
    writeFileSync(join(world.site.checkoutPath, "forged-tree"), entry);
    shell(
      world.site,
      `tree=$(git hash-object -t tree -w --literally forged-tree); rm forged-tree
       git update-ref HEAD $(git -c user.name=x -c user.email=x commit-tree -p HEAD -m Forged $tree); echo x > new.txt`,
    );
    const { headSha } = await world.capture("Files");
    assert.doesNotMatch(world.at(world.site.capturePath, "log", "--format=%s", headSha!), /Forged/, what);
    assert.deepEqual(files(world, headSha!), [".gitignore", "README.md", "new.txt"], what);
  }
});

test("keeps the files, but not the commits, of a repository with a huge sparse object file", async (t) => {
  const world = await startHostile(t);
  world.write("a.txt", "1\n");
  shell(
    world.site,
    `git add a.txt; git -c user.name=x -c user.email=x commit -qm Own
     truncate -s 4T .git/objects/pack/pack-${"a".repeat(40)}.pack; echo x > new.txt`,
  );
  const { headSha } = await world.capture("Files");
  assert.deepEqual(files(world, headSha!), [".gitignore", "README.md", "a.txt", "new.txt"]);
  assert.match(world.warnings.join(), /exceeds the limits for the number or the total size of its objects/);
  assert.equal(world.at(world.site.capturePath, "log", "-1", "--format=%s", headSha!), "Files");
});

test("limits the number and size of the objects that it copies", async (t) => {
  const world = await startHostile(t);
  world.write("a.txt", "1\n");
  shell(world.site, "git add a.txt; git -c user.name=x -c user.email=x commit -qm Own");
  const to = join(world.root, "copied");
  mkdirSync(to);
  const input = { gitDir: join(world.site.checkoutPath, ".git"), to, owner: world.site };
  const copy = (limits: { maxBytes: number; maxFiles: number }) =>
    copyWorkspaceObjects({ ...input, limits }, signal);
  await assert.rejects(copy({ maxBytes: 10, maxFiles: 10 }), /exceeds the limits for the number/);
  await assert.rejects(copy({ maxBytes: 1e6, maxFiles: 2 }), /exceeds the limits for the number/);
  await copy({ maxBytes: 1e6, maxFiles: 3 });
});

test("captures a workspace with a million branches", async (t) => {
  const world = await startHostile(t);
  shell(
    world.site,
    `sha=$(git rev-parse HEAD); { echo "# pack-refs with: peeled fully-peeled sorted"; seq 1000000 1999999 | sed "s|^|$sha refs/heads/n/|"; } > .git/packed-refs
     echo "$sha" > .git/refs/heads/tembo/work 2>/dev/null || { mkdir -p .git/refs/heads/tembo; echo $sha > .git/refs/heads/tembo/work; }; echo x > new.txt`,
  );
  const { headSha } = await world.capture();
  assert.deepEqual(files(world, headSha!), [".gitignore", "README.md", "new.txt"]);
});
