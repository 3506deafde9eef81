import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isError } from "../../harness-contract.ts";
import { temporaryFolder } from "../../testing/temporary-folder.ts";
import { prepareHome } from "./prepare-home.ts";

function home(): string {
  const path = join(temporaryFolder(), "a home's");
  mkdirSync(path);
  return path;
}

function run([file, ...args]: readonly [string, ...string[]]) {
  return spawnSync(file, args, { encoding: "utf8" });
}

test("starts the program directly if there are no files", () => {
  assert.deepEqual(prepareHome(["/bin/echo", "a"], { homePath: "/home/x" }), ["/bin/echo", "a"]);
});

test("writes files with arbitrary content, and replaces the shell with the program", () => {
  const homePath = home();
  const text = `it's "$HOME" %s \\n\n$(touch ${homePath}/touched) é`;
  const argv = prepareHome(
    ["/bin/sh", "-c", 'echo "$$ $1" && cat "$2"', "x", "a 'b", join(homePath, "deep/er/file")],
    {
      homePath,
      files: { "deep/er/file": text },
    },
  );
  const { stdout, status } = run(argv);
  assert.equal(status, 0);
  assert.match(stdout, /^\d+ a 'b\n/);
  assert.equal(stdout.slice(stdout.indexOf("\n") + 1), text);
  assert.equal(run(["/usr/bin/test", "-e", join(homePath, "touched")]).status, 1);
});

test("replaces a link or folder at a file's path, and leaves the link's target unchanged", () => {
  const homePath = home();
  const outside = join(home(), "outside");
  writeFileSync(outside, "kept");
  symlinkSync(outside, join(homePath, "linked"));
  mkdirSync(join(homePath, "folder/inner"), { recursive: true });
  const files = { linked: "ours", folder: "ours too" };
  assert.equal(run(prepareHome(["/bin/true"], { homePath, files })).status, 0);
  assert.equal(readFileSync(outside, "utf8"), "kept");
  assert.equal(readFileSync(join(homePath, "linked"), "utf8"), "ours");
  assert.equal(readFileSync(join(homePath, "folder"), "utf8"), "ours too");
});

test("does not start the program if a file cannot be written, and prints the reason", () => {
  const homePath = home();
  writeFileSync(join(homePath, "blocked"), "");
  const { status, stdout, stderr } = run(
    prepareHome(["/bin/echo", "started"], { homePath, files: { "blocked/file": "x" } }),
  );
  assert.notEqual(status, 0);
  assert.equal(stdout, "");
  assert.match(stderr, /blocked/);
});

test("runs commands in HOME, and ignores their failures", () => {
  const homePath = home();
  writeFileSync(join(homePath, "a"), "x");
  const { stdout } = run(prepareHome(["/bin/echo", "started"], { homePath, commands: "mv a b && false" }));
  assert.equal(stdout, "started\n");
  assert.equal(readFileSync(join(homePath, "b"), "utf8"), "x");
});

test("rejects files that are too large to pass at startup", () => {
  assert.throws(
    () => prepareHome(["/bin/true"], { homePath: "/home/x", files: { a: "x".repeat(120_000) } }),
    isError("harness_failed", /the limit is 120000/),
  );
});
