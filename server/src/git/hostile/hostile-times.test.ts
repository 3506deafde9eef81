import assert from "node:assert/strict";
import { lstatSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { programStarts } from "../../host-git/host-git.ts";
import { gitAsServer, shell, type World } from "../git-fixture.ts";
import { startHostile } from "./hostile-fixture.ts";

const maxTries = 50;
/** Sets the modification time of a file or link to the same old time. */
const setTime = (name: string) => `touch -h -d '2020-01-01 00:00:00' ${name}`;

/** Returns the second of the last status change, which no program can set. */
const changedIn = (path: string | Buffer) => Math.floor(lstatSync(path).ctimeMs / 1000);

/**
 * Captures a first state, and changes it to the second state within the same second. Repeats this until the second was the same. In the shell,
 * the file has the name `name`.
 */
async function changeWithinSecond(
  world: World,
  name: string,
  [first, second]: readonly [string, string],
  bytes = Buffer.from(name),
) {
  const path = Buffer.concat([Buffer.from(`${world.site.checkoutPath}/`), bytes]);
  for (let attempt = 1; attempt <= maxTries; attempt++) {
    shell(world.site, `${first}; ${setTime(name)}`);
    const before = changedIn(path);
    await world.capture();
    shell(world.site, `${second}; ${setTime(name)}`);
    if (changedIn(path) === before) return (await world.capture()).headSha!;
  }
  throw new Error("No two changes happened within the same second.");
}

const show = (world: World, sha: string, name: string) =>
  world.at(world.site.capturePath, "show", `${sha}:${name}`);

test("captures a file that changed within the second of the last capture, with its size and time restored", async (t) => {
  const world = await startHostile(t);
  const head = await changeWithinSecond(world, "f", ["printf aaaa > f", "printf bbbb > f"]);
  assert.equal(show(world, head, "f"), "bbbb");
});

test("control: git by itself does not notice such a change", (t) => {
  const root = mkdtempSync(join(tmpdir(), "tembo-times-"));
  t.after(() => rmSync(root, { recursive: true }));
  gitAsServer(root, "init", "--quiet");
  const path = join(root, "f");
  const write = (text: string) => {
    writeFileSync(path, text);
    utimesSync(path, 1_577_836_800, 1_577_836_800);
    return changedIn(path);
  };
  const add = () => {
    gitAsServer(root, "add", "--all");
    return gitAsServer(root, "write-tree");
  };
  for (let attempt = 1; attempt <= maxTries; attempt++) {
    const before = write("aaaa");
    const tree = add();
    if (write("bbbb") !== before) continue;
    assert.equal(add(), tree);
    return;
  }
  assert.fail("No two changes happened within the same second.");
});

test("captures a link whose target changed within the second of the last capture", async (t) => {
  const world = await startHostile(t);
  const head = await changeWithinSecond(world, "l", ["ln -sfn aaaa l", "rm l; ln -s bbbb l"]);
  assert.equal(show(world, head, "l"), "bbbb");
});

test("captures such a change of a file whose name is not UTF-8", async (t) => {
  const world = await startHostile(t);
  const name = "$(printf 'f\\351')";
  const bytes = Buffer.from([0x66, 0o351]);
  const states = [`printf aaaa > ${name}`, `printf bbbb > ${name}`] as const;
  const head = await changeWithinSecond(world, name, states, bytes);
  const [, blob] = / ([0-9a-f]{40})\t"f\\351"/.exec(world.at(world.site.capturePath, "ls-tree", head)) ?? [];
  assert.equal(world.at(world.site.capturePath, "cat-file", "blob", blob!), "bbbb");
});

test("captures a file of the checkout that changed at once, with its size and time restored", async (t) => {
  const world = await startHostile(t);
  shell(world.site, "cp -p README.md .git/old; printf '# Apq\\n' > README.md; touch -r .git/old README.md");
  const { headSha } = await world.capture();
  assert.equal(show(world, headSha!, "README.md"), "# Apq");
});

test("captures files whose folders were exchanged", async (t) => {
  const world = await startHostile(t);
  shell(world.site, `mkdir a b; printf aaaa > a/f; printf bbbb > b/f; ${setTime("a/f b/f")}`);
  await world.capture();
  shell(world.site, "mv a c; mv b a; mv c b");
  const { headSha } = await world.capture();
  assert.deepEqual([show(world, headSha!, "a/f"), show(world, headSha!, "b/f")], ["bbbb", "aaaa"]);
});

// An empty index of version 2.
const emptyIndex = Buffer.from(
  "444952430000000200000000" + "39d890139ee5356c7ef572216cebcd27aa41f9df",
  "hex",
);
const damages: readonly (readonly [name: string, damage: (index: string) => void])[] = [
  ["another version replaced the index", (index) => writeFileSync(index, emptyIndex)],
  ["a power failure left the index empty", (index) => writeFileSync(index, "")],
  ["a power failure left the index's record empty", (index) => writeFileSync(`${index}.json`, "")],
  ["the index is missing", (index) => rmSync(index)],
  ["the index's record is missing", (index) => rmSync(`${index}.json`)],
];

for (const [name, damage] of damages) {
  test(`captures every file if ${name}`, async (t) => {
    const world = await startHostile(t);
    // Git would omit a tracked file that is also ignored if its index did not contain the file.
    world.write("ignored/f", "aaaa");
    world.harness("add", "--force", "ignored/f");
    world.harness("commit", "--quiet", "-m", "Add a file");
    await world.capture();
    damage(join(world.site.capturePath, "index"));
    world.write("g", "new");
    const { headSha } = await world.capture();
    assert.deepEqual([show(world, headSha!, "ignored/f"), show(world, headSha!, "g")], ["aaaa", "new"]);
  });
}

test("finds a repository that appears after a capture that did not search for any", async (t) => {
  const world = await startHostile(t);
  const verbs: string[] = [];
  const note = (launch: unknown) => {
    const { argv, env } = launch as { argv: string[]; env: Record<string, string> };
    if (env.GIT_INDEX_FILE !== undefined) verbs.push(argv[1]!);
  };
  world.write("f", "1");
  await world.capture();
  // The file may have changed in the tick of the file system's clock in which that capture began, so this one reads it again.
  await world.capture();
  programStarts.subscribe(note);
  t.after(() => programStarts.unsubscribe(note));
  await world.capture();
  assert.deepEqual(verbs, ["add", "write-tree", "diff-tree"]);
  shell(world.site, "git init -q inner; echo x > inner/x");
  const { headSha } = await world.capture();
  assert.equal(show(world, headSha!, "inner/x"), "x");
  assert.ok(verbs.includes("ls-files"));
});
