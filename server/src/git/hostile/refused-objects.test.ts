import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { hostUser, isRoot, makeWorld, plainGit, shell, signal } from "../git-fixture.ts";
import { files, startHostile } from "./hostile-fixture.ts";

const evilModules = `printf '[submodule "../x"]\\n\\tpath = a\\n\\turl = b\\n' > .gitmodules`;

test("excludes files that git fsck rejects, captures the rest, and reports it", async (t) => {
  const world = await startHostile(t);
  shell(world.site, `${evilModules}; echo x > new.txt`);
  const { headSha, notices } = await world.capture();
  assert.deepEqual(files(world, headSha!), [".gitignore", "README.md", "new.txt"]);
  assert.equal(notices.length, 1);
  assert.match(
    notices[0]!,
    /^Omitted from the commit.*disallowed submodule name: \.\.\/x\): \.gitmodules\.$/,
  );
  assert.equal((await world.push(headSha!)).outcome, "pushed");
});

test("excludes a link in place of a file that git reads, and captures the rest", async (t) => {
  const world = await startHostile(t);
  shell(world.site, "ln -s /etc/passwd .gitmodules; echo x > new.txt");
  const { headSha } = await world.capture();
  assert.deepEqual(files(world, headSha!), [".gitignore", "README.md", "new.txt"]);
});

test("replaces commits that git fsck rejects with one commit, on which later turns build", async (t) => {
  const world = await startHostile(t);
  shell(world.site, `${evilModules}; echo x > one.txt`);
  world.harness("add", "--all");
  world.harness("commit", "--quiet", "-m", "Hostile");
  shell(world.site, "rm .gitmodules; echo y > two.txt");
  world.harness("add", "--all");
  world.harness("commit", "--quiet", "-m", "Undone");
  const { headSha, notices } = await world.capture();
  assert.deepEqual(files(world, headSha!), [".gitignore", "README.md", "one.txt", "two.txt"]);
  assert.equal(notices.length, 1);
  assert.match(notices[0]!, /^The agent's own commits could not be kept.*saved in one commit\.$/);
  assert.equal(world.at(world.site.capturePath, "rev-list", "--count", "HEAD"), "2");
  shell(world.site, "echo z > three.txt");
  world.harness("add", "--all");
  world.harness("commit", "--quiet", "-m", "Sound");
  const next = await world.capture();
  assert.deepEqual(next.notices, [], "control: keeps valid commits");
  assert.match(world.at(world.site.capturePath, "log", "-1", "--format=%s", next.headSha!), /Sound/);
});

/** Imports commits and a tree in the format that old tools wrote. */
function importOldHistory(gitDir: string): void {
  const write = (type: string, content: string | Buffer): string =>
    execFileSync("git", ["--git-dir", gitDir, "hash-object", "-t", type, "-w", "--literally", "--stdin"], {
      input: content,
      encoding: "utf8",
      ...(isRoot ? hostUser : {}),
    }).trim();
  const blob = write("blob", "old\n");
  const inner = write("tree", Buffer.concat([Buffer.from("100644 a.txt\0"), Buffer.from(blob, "hex")]));
  // The mode has a leading zero.
  const tree = write("tree", Buffer.concat([Buffer.from("040000 dir\0"), Buffer.from(inner, "hex")]));
  const commit = (who: string, parent: string | null) =>
    write(
      "commit",
      `tree ${tree}\n${parent ? `parent ${parent}\n` : ""}author ${who}\ncommitter ${who}\n\nOld\n`,
    );
  let head: string | null = null;
  for (const who of [
    "No Email 1000000000 +0000",
    "Ada <ada@example.com>1000000001 +0000",
    "Ada <ada@example.com> 99999999999999999999 +0000",
    "Ada <ada@example.com> 01000000002 +0000",
    "Ada <ada@example.com> 1000000003 +051800",
  ])
    head = commit(who, head);
  plainGit(gitDir, "--git-dir", gitDir, "update-ref", "refs/heads/main", head!);
}

test("mirrors, extends and pushes an old history that git fsck rejects", async (t) => {
  const world = makeWorld(t, { isEmpty: true });
  importOldHistory(world.remotePath);
  assert.throws(
    () => world.at(world.remotePath, "fsck", "--strict"),
    /./,
    "control: git fsck rejects the history",
  );
  await world.fetch();
  await world.checkOut();
  shell(world.site, "echo new > new.txt");
  world.harness("add", "--all");
  world.harness("commit", "--quiet", "-m", "New");
  shell(world.site, "echo more > more.txt");
  const { headSha, notices } = await world.capture();
  assert.deepEqual(notices, []);
  assert.deepEqual(files(world, headSha!), ["dir/a.txt", "more.txt", "new.txt"]);
  assert.equal((await world.push(headSha!)).outcome, "pushed");
  const { git, site } = world;
  const diff = await git.diff({ site, from: null, to: headSha!, maxPatchBytes: 10_000 }, signal);
  assert.equal(diff.changedFiles, 3);
});
