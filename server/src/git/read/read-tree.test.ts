import assert from "node:assert/strict";
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { credential, serveForge } from "../../broker/git/forge-fixture.ts";
import { AppError } from "../../core/base/index.ts";
import { commitAll, makeWorld, plainGit, signal } from "../git-fixture.ts";

const hostile = [
  "<img src=x onerror=alert(1)>.md",
  "a\nb\t\u202Egpj.txt",
  "--help",
  ":(glob)*",
  "x-gabcdef1",
];

async function worldWith(t: Parameters<typeof makeWorld>[0], files: Readonly<Record<string, string>>) {
  const world = makeWorld(t);
  for (const [path, text] of Object.entries(files)) {
    const at = join(world.person, path);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, text);
  }
  symlinkSync("../../../etc/passwd", join(world.person, "link"));
  plainGit(world.person, "update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},module`);
  plainGit(world.person, "add", "--all", "--", ":!module");
  plainGit(world.person, "commit", "--quiet", "-m", "Files");
  plainGit(world.person, "push", "--quiet", "origin", "main");
  await world.fetch();
  const { mirrorPath } = world.site;
  const commit = (await world.git.findCommit({ mirrorPath, ref: "main" }, signal))!;
  const read = (search: string | null = null, maxEntries = 100) =>
    world.git.readTree({ mirrorPath, tree: commit, search, maxEntries }, signal);
  const find = (path: string) => world.git.findEntry({ mirrorPath, commit, path }, signal);
  return { world, mirrorPath, commit, read, find };
}

test("lists files, folders, links and submodules, regardless of their names", async (t) => {
  const files = Object.fromEntries(hostile.map((name) => [`in/${name}`, name]));
  const { world, mirrorPath, read, find } = await worldWith(t, files);
  const { entries, isCut } = await read();
  assert.deepEqual(
    entries.map(({ path, kind, mode }) => [path, kind, mode]),
    [
      [".gitignore", "file", "100644"],
      ["README.md", "file", "100644"],
      ["in", "folder", "040000"],
      ["link", "link", "120000"],
      ["module", "submodule", "160000"],
    ],
  );
  assert.equal(isCut, false);
  for (const name of hostile) {
    const entry = await find(`in/${name}`);
    const blob = await world.git.readBlob({ mirrorPath, id: entry!.id, maxBytes: 1000 }, signal);
    assert.equal(blob.toString("utf8"), name);
  }
  const link = await find("link");
  const target = await world.git.readBlob({ mirrorPath, id: link!.id, maxBytes: 1000 }, signal);
  assert.equal(
    target.toString("utf8"),
    "../../../etc/passwd",
    "returns the target of a link without following it",
  );
});

test("treats a path literally, and rejects patterns, options and parent folders", async (t) => {
  const { find } = await worldWith(t, { "in/a.txt": "a" });
  for (const path of ["*", "in/*", ":(glob)**", ":/", "--name-only", "in/", "in//a.txt"])
    assert.equal(await find(path), null, path);
  assert.equal((await find("in"))?.kind, "folder");
  await assert.rejects(find("../../etc/passwd"), { code: "git_failed" });
});

test("finds files in subfolders by name, ignoring case, up to the limit", async (t) => {
  const { read } = await worldWith(t, {
    "src/Button.tsx": "1",
    "src/deep/button.css": "2",
    "other.txt": "3",
  });
  const { entries } = await read("BUTTON");
  assert.deepEqual(
    entries.map(({ path }) => path),
    ["src/Button.tsx", "src/deep/button.css"],
  );
  const cut = await read("BUTTON", 1);
  assert.deepEqual([cut.entries.length, cut.isCut], [1, true]);
});

test("prefers a branch to a tag with the same name, and rejects IDs of objects other than commits", async (t) => {
  const { world, mirrorPath, commit } = await worldWith(t, { "a.txt": "a" });
  const earlier = plainGit(world.person, "rev-parse", "HEAD~1");
  plainGit(world.person, "tag", "-a", "-m", "One", "v1", earlier);
  plainGit(world.person, "tag", "main", earlier);
  plainGit(
    world.person,
    "push",
    "--quiet",
    "origin",
    "refs/tags/v1",
    "refs/tags/main",
    "refs/heads/main:refs/heads/other",
  );
  await world.fetch();
  const found = (ref: string) => world.git.findCommit({ mirrorPath, ref }, signal);
  assert.equal(await found("main"), commit);
  assert.equal(await found("v1"), earlier, "resolves an annotated tag to its commit");
  assert.equal(await found(earlier), earlier);
  const { entries } = await world.git.readTree(
    { mirrorPath, tree: commit, search: null, maxEntries: 9 },
    signal,
  );
  for (const ref of [entries[0]!.id, "0".repeat(40), "oth", "nowhere"])
    assert.equal(await found(ref), null, ref);
  assert.deepEqual(
    (await world.git.listBranches({ mirrorPath }, signal)).map(({ name }) => name),
    ["main", "other"],
  );
  const nowhere = { mirrorPath: join(world.root, "nowhere.git") };
  assert.equal(await world.git.findCommit({ ...nowhere, ref: "main" }, signal), null);
  assert.deepEqual(await world.git.listBranches(nowhere, signal), []);
});

test("returns sizes in the requested order and rejects a blob that is too large", async (t) => {
  const { world, mirrorPath, commit, find } = await worldWith(t, { "a.txt": "four", "b.txt": "" });
  const [a, b] = [(await find("a.txt"))!.id, (await find("b.txt"))!.id];
  const sizes = await world.git.sizesOf({ mirrorPath, ids: [b, "0".repeat(40), a] }, signal);
  assert.deepEqual(sizes, [0, null, 4]);
  assert.deepEqual(await world.git.sizesOf({ mirrorPath, ids: [] }, signal), []);
  await assert.rejects(world.git.readBlob({ mirrorPath, id: a, maxBytes: 3 }, signal), {
    code: "git_failed",
  });
  await assert.rejects(world.git.readBlob({ mirrorPath, id: commit, maxBytes: 3 }, signal), {
    code: "git_failed",
  });
});

test("does not fetch a mirror again within the maximum age", async (t) => {
  const world = makeWorld(t);
  const { mirrorPath } = world.site;
  const found = () => world.git.findCommit({ mirrorPath, ref: "main" }, signal);
  const fetch = (maxAgeMs: number) =>
    world.git.fetchMirror({ mirrorPath, remote: world.remote, maxAgeMs }, signal);
  await fetch(60_000);
  const first = await found();
  const second = commitAll(world.person, "More");
  plainGit(world.person, "push", "--quiet", "origin", "main");
  await fetch(60_000);
  assert.equal(await found(), first);
  await fetch(0);
  assert.equal(await found(), second);
});

test("retries a failed fetch if the credential has changed", async (t) => {
  const world = makeWorld(t);
  const { mirrorPath } = world.site;
  const forge = await serveForge(t, dirname(world.remotePath));
  const url = `${forge.url}/app.git`;
  const fetch = (password: string) => {
    const remote = { kind: "https", url, credential: { ...credential, password } } as const;
    return world.git.fetchMirror({ mirrorPath, remote, maxAgeMs: 60_000 }, signal);
  };
  await assert.rejects(fetch("old"));
  const asked = forge.requests.length;
  await assert.rejects(fetch("old"));
  assert.equal(forge.requests.length, asked);
  await fetch(credential.password);
});

test("repeats a recent failure within the maximum age, but not an aborted fetch", async (t) => {
  const world = makeWorld(t);
  const { mirrorPath } = world.site;
  const there = world.remotePath;
  const away = `${there}.away`;
  const fetch = (maxAgeMs: number, given = signal) =>
    world.git.fetchMirror({ mirrorPath, remote: world.remote, maxAgeMs }, given);
  const stop = new AbortController();
  setImmediate(() => stop.abort());
  await assert.rejects(fetch(60_000, stop.signal));
  await fetch(60_000);
  renameSync(there, away);
  const failure = await fetch(0).catch((cause: unknown) => cause);
  assert.ok(failure instanceof AppError);
  renameSync(away, there);
  await assert.rejects(fetch(60_000), (again) => again === failure);
  await fetch(0);
  await fetch(60_000);
});
