import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..");
const isInstalled = spawnSync("shellcheck", ["--version"]).error === undefined;
/** Scripts of sandboxes, and a template with placeholders. */
const others = /^server\/src\/sandbox\/|\.in$/;

/** Returns the shell scripts that run on the machines of users and developers. */
function findScripts(): string[] {
  const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  // git still lists a deleted file until the deletion is staged.
  const isScript = (file: string) =>
    existsSync(join(root, file)) && /^#!.*\b(?:sh|bash)\n/.test(readFileSync(join(root, file), "latin1"));
  return files
    .split("\0")
    .filter((file) => /(?:^|\/)[^/.]+$|\.sh$|^\.ci\//.test(file) && !others.test(file) && isScript(file));
}

test("shellcheck accepts the shell scripts", { skip: !isInstalled && "needs shellcheck" }, () => {
  const scripts = findScripts();
  for (const known of [".ci/run", "deploy/install.sh", "deploy/deb/postinst", "scripts/with-setup.sh"])
    assert.ok(scripts.includes(known), known);
  const check = (args: readonly string[], input = "") =>
    spawnSync("shellcheck", args, { cwd: root, input, encoding: "utf8" });
  const { status, stdout } = check(scripts);
  assert.equal(status, 0, stdout);
  const unquoted = readFileSync(join(root, "deploy/install.sh"), "utf8").replace(
    'rm -rf "$stage"',
    "rm -rf $stage",
  );
  assert.match(check(["-"], unquoted).stdout, /SC2086/, "control");
});
