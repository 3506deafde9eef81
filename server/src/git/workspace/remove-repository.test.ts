import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { exists, isRoot, makeWorldWithCheckout, read, shell, type World } from "../git-fixture.ts";

const program = join(import.meta.dirname, "../testing/probe-remove-repository.ts");
const remove = `require("node:fs/promises").rm(process.argv[1], { recursive: true })`;

/** Runs Node as the sandbox's user in a process of its own, because this process may be root. Returns its error output. */
function runAsUser({ uid, gid }: { readonly uid: number; readonly gid: number }, args: readonly string[]) {
  const user = isRoot ? { uid, gid } : {};
  const { stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8", cwd: "/", ...user });
  return { stderr, status };
}

const skip =
  runAsUser({ uid: 4242, gid: 4242 }, ["--check", program]).status !== 0 &&
  "the user of sandboxes cannot read this file";

function removeFrom({ site }: World) {
  const { stderr, status } = runAsUser(site, [program, join(site.checkoutPath, ".git")]);
  assert.equal(status, 0, stderr);
  assert.equal(exists(join(site.checkoutPath, ".git")), false);
}

for (const [what, plant, code] of [
  ["whose folders are read-only", "chmod -R a-w .git; chmod a-w .", "EACCES"],
  ["with an inaccessible folder", "chmod 000 .git/objects", "EACCES"],
  [
    "with paths that are longer than the kernel accepts",
    `perl -e 'chdir ".git"; for (1 .. 50) { mkdir "d" x 200; chdir "d" x 200 }'`,
    "ENAMETOOLONG",
  ],
] as const)
  test(`removes a repository ${what} without root`, { skip, timeout: 60_000 }, async (t) => {
    const world = await makeWorldWithCheckout(t);
    shell(world.site, plant);
    const control = runAsUser(world.site, ["--eval", remove, join(world.site.checkoutPath, ".git")]);
    assert.match(control.stderr, new RegExp(code), "control");
    removeFrom(world);
    assert.equal(exists(join(world.site.checkoutPath, "README.md")), true, "other files remain");
  });

test("removes only the link that replaced the repository of a read-only checkout", {
  skip,
  timeout: 60_000,
}, async (t) => {
  const world = await makeWorldWithCheckout(t);
  const closed = "mv .git ../elsewhere; chmod 500 ../elsewhere/refs; ln -s ../elsewhere .git; chmod a-w .";
  shell(world.site, closed);
  removeFrom(world);
  assert.match(read(join(world.site.checkoutPath, "../elsewhere/config")), /origin/);
  shell(world.site, 'test "$(stat -c %a ../elsewhere/refs)" = 500; chmod u+w ../elsewhere/refs');
});
