import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { openSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { scanWorkspace } from "../capture/scan-workspace.ts";
import { plainGit, shell, signal } from "../git-fixture.ts";
import { runGit } from "../process/run-git.ts";
import { files, startHostile } from "./hostile-fixture.ts";

test("captures everything except an extremely large file, and logs its name", async (t) => {
  const world = await startHostile(t);
  shell(
    world.site,
    "truncate -s 4T endless.bin; mkdir sub; git init -q sub/inner; truncate -s 3T sub/inner/more.bin; echo x > sub/inner/x; echo x > new.txt",
  );
  const { headSha } = await world.capture();
  assert.deepEqual(files(world, headSha!), [".gitignore", "README.md", "new.txt", "sub/inner/x"]);
  assert.match(world.warnings.join(), /files that are too large were not captured.*endless\.bin/);
});

test("limits the total size of large files", async (t) => {
  const world = await startHostile(t);
  shell(world.site, "for n in 1 2 3; do truncate -s 100M $n.bin; done; truncate -s 10M small.bin");
  const scan = (maxFileBytes: number, maxTotalBytes: number) =>
    scanWorkspace(
      { workTree: world.site.checkoutPath, owner: world.site, limits: { maxFileBytes, maxTotalBytes } },
      signal,
    );
  assert.equal((await scan(200e6, 250e6)).tooLarge.length, 1);
  assert.equal((await scan(80e6, 250e6)).tooLarge.length, 3);
  assert.equal((await scan(200e6, 400e6)).tooLarge.length, 0, "control");
});

test("terminates a git command at the time limit, and reports it", async (t) => {
  const world = await startHostile(t);
  const endless = join(world.root, "endless");
  writeFileSync(endless, "");
  truncateSync(endless, 1024 ** 4);
  const run = (timeLimitMs: number, file: string) =>
    runGit({
      gitDir: world.site.mirrorPath,
      folder: world.root,
      args: ["hash-object", "--no-filters", "--", file],
      timeLimitMs,
      signal,
    });
  await assert.rejects(run(500, endless), /git hash-object took longer than 0\.5 s and was terminated/);
  await run(60_000, join(world.person, "README.md"));
});

test("limits the memory used by objects that inflate far beyond their pack", async (t) => {
  const world = await startHostile(t);
  const zeros = join(world.root, "zeros");
  writeFileSync(zeros, "");
  truncateSync(zeros, 512 * 1024 ** 2);
  const blob = plainGit(world.person, "-c", "core.bigFileThreshold=1", "hash-object", "-w", zeros);
  const pack = `${join(world.root, "bomb")}-${(
    await runGit({
      gitDir: join(world.person, ".git"),
      folder: world.root,
      args: ["pack-objects", "--quiet", join(world.root, "bomb")],
      stdin: `${blob}\n`,
      signal,
    })
  ).stdout
    .toString()
    .trim()}.pack`;
  const index = (config: Record<string, string>) =>
    runGit({
      gitDir: world.site.mirrorPath,
      args: ["index-pack", "--stdin", "--strict"],
      stdin: openSync(pack, "r"),
      config,
      maxMemoryBytes: 256 * 1024 ** 2,
      signal,
    });
  await assert.rejects(
    index({ "core.bigFileThreshold": "4g" }),
    /git index-pack failed/,
    "the memory limit of the kernel applies",
  );
  await index({});
});

test("limits the size of every file that git writes", async (t) => {
  const world = await startHostile(t);
  const noise = join(world.root, "noise");
  writeFileSync(noise, randomBytes(8 * 1024 ** 2));
  const write = (maxFileBytes: number) =>
    runGit({
      gitDir: world.site.mirrorPath,
      folder: world.root,
      args: ["hash-object", "-w", "--", noise],
      maxFileBytes,
      signal,
    });
  await assert.rejects(write(1024 ** 2), /git hash-object failed/);
  await write(64 * 1024 ** 2);
});

test("fails on output beyond the limit, or truncates it on request", async (t) => {
  const world = await startHostile(t);
  const show = {
    gitDir: world.site.mirrorPath,
    args: ["cat-file", "-p", "main:README.md"],
    maxOutputBytes: 3,
    signal,
  };
  await assert.rejects(runGit(show), /printed more than 3 bytes/);
  assert.equal((await runGit({ ...show, isCut: true })).stdout.toString(), "# A");
});

test("keeps the files, but not the commit, of a tree that is too deep for git", async (t) => {
  const world = await startHostile(t);
  shell(
    world.site,
    `deep=$(printf 'a/%.0s' $(seq 5000)); git fast-import --quiet --force <<END
commit refs/heads/tembo/work
committer x <x@x> 0 +0000
data 4
Deep
from refs/heads/tembo/work^0
M 100644 inline \${deep}f
data 1
x

END
     echo x > new.txt`,
  );
  const { headSha } = await world.capture("Files");
  assert.deepEqual(files(world, headSha!), [".gitignore", "README.md", "new.txt"]);
  assert.equal(world.at(world.site.capturePath, "log", "-1", "--format=%s", headSha!), "Files");
});

test("a very deep folder does not prevent the capture of other files", async (t) => {
  const world = await startHostile(t);
  shell(
    world.site,
    'top=$PWD; i=0; while [ $i -lt 60 ]; do n=$(printf "%0100d" $i); mkdir $n; cd -P ./$n; i=$((i+1)); done; echo x > f; cd $top; echo x > new.txt',
  );
  const { headSha } = await world.capture();
  assert.ok(files(world, headSha!).includes("new.txt"));
});
