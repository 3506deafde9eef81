import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";

const script = join(import.meta.dirname, "link-cli.ts");
const systemPath = "/usr/local/bin:/usr/bin:/bin";
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "tembo-link-"));
});
afterEach(() => rmSync(home, { recursive: true }));

function run(file: string, args: readonly string[], path: string) {
  const env = { HOME: home, PATH: path };
  const { status, stdout, stderr } = spawnSync(file, args, { cwd: home, env, encoding: "utf8" });
  return { status, stdout, stderr };
}
const link = (args: readonly string[] = [], path = `${join(home, ".local/bin")}:${systemPath}`) =>
  run(process.execPath, [script, ...args], path);

test("links the command so that it runs in any folder", () => {
  const bin = join(home, ".local/bin");
  const path = `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`;
  assert.notEqual(run("sh", ["-c", "tembo --version"], path).status, 0, "control: not linked yet");
  const linked = link([], path);
  assert.equal(linked.status, 0, linked.stderr);
  assert.match(linked.stdout, /Run "tembo --help" in any folder\./);
  const ran = run("sh", ["-c", "tembo --version"], path);
  assert.deepEqual([ran.status, ran.stdout], [0, "0.2.0\n"], ran.stderr);
  assert.equal(link([], path).status, 0, "links a second time");
});

test("prints the line to add to the shell's profile if the folder is not on the PATH", () => {
  const folder = join(home, "bin");
  // npm prepends its own folders to a script's PATH.
  const { stdout } = link([folder], `/somewhere/node_modules/.bin:${systemPath}`);
  assert.match(stdout, new RegExp(`export PATH="${folder}:\\$PATH"`));
});

test("reports another command with the same name that comes first on the PATH", () => {
  writeFileSync(join(home, "tembo"), "#!/bin/sh\n", { mode: 0o755 });
  const folder = join(home, "bin");
  assert.match(link([folder], `${home}:${folder}:${systemPath}`).stdout, /found first on your PATH/);
  assert.match(link([folder], `${folder}:${home}:${systemPath}`).stdout, /Run "tembo --help"/, "control");
});

test("replaces only a link to another clone", () => {
  symlinkSync("/another/clone/cli/bin/tembo.js", join(home, "tembo"));
  assert.equal(link([home]).status, 0);
  rmSync(join(home, "tembo"));
  writeFileSync(join(home, "tembo"), "mine");
  const refused = link([home]);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /exists and is not a link to Tembo/);
  assert.equal(readFileSync(join(home, "tembo"), "utf8"), "mine");
});
