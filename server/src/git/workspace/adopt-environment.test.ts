import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { commitAll, makeWorldWithCheckout, plainGit, read, shell } from "../git-fixture.ts";
import { startHostile } from "../hostile/hostile-fixture.ts";
import { excludePattern } from "./adopt-environment.ts";

test("updates an environment's folder to the base branch, and ignores what the environment added", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const { site } = world;
  const prepared = world.harness("rev-parse", "HEAD");
  writeFileSync(join(world.person, "kept.txt"), "same\n");
  const before = commitAll(world.person, "Add");
  plainGit(world.person, "push", "--quiet", "origin", "main");
  shell(site, 'echo built > "out put.txt"; echo changed > README.md; mkdir deps && echo x > deps/x');
  await world.fetch();
  const adopted = await world.adopt();
  assert.deepEqual(adopted, { baseSha: before, headSha: before, isNew: true, environmentSha: prepared });
  assert.equal(world.harness("rev-parse", "HEAD", "--abbrev-ref", "HEAD"), `${before}\ntembo/other`);
  assert.equal(world.harness("status", "--porcelain"), "");
  for (const [name, text] of [
    ["kept.txt", "same\n"],
    ["out put.txt", "built\n"],
    ["deps/x", "x\n"],
  ] as const)
    assert.equal(read(join(site.checkoutPath, name)), text);
  shell(site, "echo agent > deps/new; echo again > deps/x");
  const { headSha } = await world.capture("Work", "tembo/other");
  const changed = world.at(site.capturePath, "diff", "--name-only", before, headSha!);
  assert.equal(changed, "deps/new");
  assert.equal(
    (await world.checkOut("tembo/other")).isNew,
    false,
    "a checkout with a capture repository is left as it is",
  );
});

test("removes files that the base branch no longer has, and keeps the times of unchanged files", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const path = (name: string) => join(world.site.checkoutPath, name);
  writeFileSync(join(world.person, "later.txt"), "x");
  commitAll(world.person, "Add");
  plainGit(world.person, "push", "--quiet", "origin", "main");
  rmSync(world.site.checkoutPath, { recursive: true });
  rmSync(world.site.capturePath, { recursive: true });
  await world.fetch();
  await world.checkOut();
  shell(world.site, "touch -d 2020-01-01 README.md");
  plainGit(world.person, "rm", "--quiet", "later.txt");
  commitAll(world.person, "Remove");
  plainGit(world.person, "push", "--quiet", "origin", "main");
  await world.fetch();
  await world.adopt();
  assert.ok(!existsSync(path("later.txt")));
  assert.equal(statSync(path("README.md")).mtime.getUTCFullYear(), 2020);
});

test("runs no program of an environment's repository", async (t) => {
  const world = await startHostile(t);
  shell(
    world.site,
    `git config core.fsmonitor 'touch ${world.marks}/fsmonitor; false'
     git config filter.evil.clean 'touch ${world.marks}/clean; cat'; git config filter.evil.smudge 'touch ${world.marks}/smudge; cat'
     echo '* filter=evil' > .gitattributes; mkdir -p .git/hooks .git/info; cp .gitattributes .git/info/attributes
     printf '#!/bin/sh\\ntouch ${world.marks}/hook' > .git/hooks/post-index-change; chmod +x .git/hooks/*; touch README.md`,
  );
  await world.adopt();
  assert.deepEqual(world.ran(), []);
  assert.doesNotMatch(world.harness("config", "--list", "--local"), /evil|fsmonitor/);
  shell(world.site, `git config core.fsmonitor 'touch ${world.marks}/fsmonitor; false'; git status`);
  assert.deepEqual(world.ran(), ["fsmonitor"], "control");
});

for (const [what, plant] of [
  ["a link to another repository", "mv .git ../other; ln -s ../other .git"],
  ["a file that names another repository", "mv .git ../other; echo 'gitdir: ../other' > .git"],
  ["missing", "rm -rf .git"],
  ["without a valid head", "echo ../../secret > .git/HEAD"],
  // Meaningful only if the tests do not run as root.
  ["read-only", "chmod -R a-w .git; chmod 000 .git/refs"],
  ["a head that no mirror has", `echo ${"0123456789".repeat(4)} > .git/HEAD`],
] as const)
  test(`replaces an environment's .git that is ${what}`, async (t) => {
    const world = await makeWorldWithCheckout(t);
    shell(world.site, plant);
    const { headSha } = await world.adopt();
    assert.equal(world.harness("rev-parse", "HEAD"), headSha);
    assert.equal(world.harness("status", "--porcelain"), "");
    assert.ok(statSync(join(world.site.checkoutPath, ".git")).isDirectory());
  });

test("adopts a restored folder at the branch's head, also if the capture repository exists", async (t) => {
  const world = await makeWorldWithCheckout(t);
  shell(world.site, "echo built > untracked.txt; cp -r . ../prepared");
  world.write("work.txt", "by the agent\n");
  const { headSha } = await world.capture();
  shell(world.site, "git config core.fsmonitor false; cd ..; rm -rf app; mv prepared app");
  world.makeEnvironment();
  await world.checkOutEnvironment("tembo/work");
  const path = (name: string) => join(world.site.checkoutPath, name);
  assert.equal(world.harness("rev-parse", "HEAD"), headSha);
  assert.equal(read(path("work.txt")), "by the agent\n");
  assert.equal(read(path("untracked.txt")), "built\n");
  assert.doesNotMatch(world.harness("config", "--list", "--local"), /fsmonitor/);
  const { headSha: next } = await world.capture();
  assert.equal(next, headSha, "the next capture keeps the session's work");
});

test("repeats an adoption that was interrupted at any point, with the same result", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const prepared = world.harness("rev-parse", "HEAD");
  shell(world.site, "echo built > untracked.txt; mkdir node_modules; echo x > node_modules/x");
  writeFileSync(join(world.person, "later.txt"), "x");
  const head = commitAll(world.person, "Add");
  plainGit(world.person, "push", "--quiet", "origin", "main");
  await world.fetch();
  rmSync(world.site.capturePath, { recursive: true });
  world.makeEnvironment();
  const pristine = `${world.environmentPath}-pristine`;
  shellAsServer(`cp -a '${world.environmentPath}' '${pristine}'`);
  let interrupted = 0;
  for (let uses = 1; ; uses++) {
    for (const folder of [world.environmentPath, world.site.checkoutPath, world.site.capturePath])
      rmSync(folder, { recursive: true, force: true });
    shellAsServer(`cp -a '${pristine}' '${world.environmentPath}'`);
    const isWhole = await world.checkOutEnvironment("tembo/other", abortAfter(uses)).then(
      () => true,
      () => false,
    );
    const repeated = await world.checkOutEnvironment();
    assert.deepEqual(
      repeated,
      { baseSha: head, headSha: head, isNew: true, environmentSha: prepared },
      `after ${uses} uses`,
    );
    assert.equal(world.harness("status", "--porcelain"), "");
    assert.equal(world.harness("rev-parse", "HEAD", "--abbrev-ref", "HEAD"), `${head}\ntembo/other`);
    for (const name of ["untracked.txt", "node_modules/x", "later.txt"])
      assert.ok(existsSync(join(world.site.checkoutPath, name)), name);
    const exclude = (folder: string) => read(join(folder, "info/exclude"));
    assert.equal(exclude(join(world.site.checkoutPath, ".git")), exclude(world.site.capturePath));
    if (isWhole) break;
    interrupted += 1;
  }
  assert.ok(interrupted > 5, "control: the adoption was interrupted");
});

test("completes an adoption whose worker was killed after it removed the environment's .git", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const prepared = world.harness("rev-parse", "HEAD");
  world.makeEnvironment();
  await assert.rejects(world.checkOutEnvironment("tembo/work", AbortSignal.abort()));
  writeFileSync(
    join(world.environmentPath, "adoption.json"),
    JSON.stringify({ key: "turn before", environmentSha: prepared }),
  );
  rmSync(join(world.environmentPath, "checkout/.git"), { recursive: true });
  const { environmentSha } = await world.checkOutEnvironment("tembo/work");
  assert.equal(environmentSha, prepared);
  assert.equal(world.harness("status", "--porcelain"), "");
});

test("creates a checkout of its own if the environment's folder is a link", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const aside = `${world.site.checkoutPath}-aside`;
  renameSync(world.site.checkoutPath, aside);
  symlinkSync(aside, world.site.checkoutPath);
  await world.adopt();
  assert.equal(world.harness("rev-parse", "--abbrev-ref", "HEAD"), "tembo/other");
  assert.equal(plainGit(aside, "-c", "safe.directory=*", "rev-parse", "--abbrev-ref", "HEAD"), "tembo/work");
});

test("escapes the characters that have a meaning in ignore files", () => {
  assert.equal(excludePattern("a*b [x] !#"), "/a\\*b\\ \\[x\\]\\ !#\n");
  assert.equal(excludePattern("two\nlines"), "");
});

test("ignores files of the environment whose names have control characters or no valid encoding", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const names = ["end\\r", "mid\\rdle", "folder\\r/file", "tab\\t", "\\377", "\\303\\244", "\\001[\\r]"];
  shell(world.site, 'mkdir "$(printf "folder\\r")"');
  for (const name of names) shell(world.site, `printf '${name}' | xargs -0 touch`);
  await world.adopt();
  assert.equal(world.harness("status", "--porcelain"), "");
  shell(world.site, "touch end mid folder");
  const { headSha } = await world.capture("Work", "tembo/other");
  const captured = world.at(world.site.capturePath, "show", "--name-only", "--format=", headSha!);
  assert.deepEqual(captured.split("\n"), ["end", "folder", "mid"], "control");
});

/** Returns a signal that aborts when it has been used this number of times. */
function abortAfter(uses: number): AbortSignal {
  const abort = new AbortController();
  let left = uses;
  return new Proxy(abort.signal, {
    get(signal, name) {
      if (name === "throwIfAborted" || name === "addEventListener") {
        left -= 1;
        if (left === 0) abort.abort();
      }
      const value: unknown = Reflect.get(signal, name, signal);
      return typeof value === "function" ? value.bind(signal) : value;
    },
  });
}

const shellAsServer = (script: string) => execFileSync("sh", ["-ec", script]);
