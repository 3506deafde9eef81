import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { chooseFormat, describeProblem, tryFormats } from "./choose-format.ts";
import type { LayerFormat } from "./formats/format.ts";
import { testOwner } from "./testing/open-layers.ts";

const trial = (name: string, problem: string | null) => ({ format: { name } as LayerFormat, problem });

test("chooses the first format that works, and explains why no better one is used", () => {
  const choice = chooseFormat(
    [trial("erofs", "mkfs.erofs is not installed"), trial("squashfs", null), trial("folder", null)],
    true,
  );
  assert.deepEqual(
    choice.formats.map(({ name }) => name),
    ["squashfs", "folder"],
  );
  assert.equal(choice.reason, "erofs: mkfs.erofs is not installed");
  assert.equal(chooseFormat([trial("erofs", null)], true).reason, "erofs works on this machine");
  assert.match(chooseFormat([trial("folder", null)], false).reason, /not root/);
});

test("lists every problem if no format works", () => {
  const { formats, reason } = chooseFormat([trial("erofs", "a"), trial("folder", "b")], true);
  assert.deepEqual(formats, []);
  assert.equal(reason, "No format of layers works on this machine. erofs: a; folder: b");
});

test("tries the formats on this machine, and leaves nothing behind", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "tembo-trials-"));
  t.after(() => rm(folder, { recursive: true }));
  const scratch = join(folder, "trial");
  const trials = await tryFormats(testOwner, scratch);
  const names = trials.map(({ format }) => format.name);
  assert.deepEqual(names, testOwner === null ? ["folder"] : ["erofs", "squashfs", "folder"]);
  assert.equal(existsSync(scratch), false);
});

test("names the program that is missing, and what a container needs", () => {
  const describe = (message: string) => describeProblem({ name: "erofs" }, message);
  assert.match(
    describe("mkfs.erofs failed: prlimit: failed to execute mkfs.erofs: No such file"),
    /erofs-utils/,
  );
  const outer = describe("mkfs.erofs failed: unshare: failed to execute bwrap: No such file or directory");
  assert.match(outer, /^bwrap is not installed .*bubblewrap/);
  assert.match(describe("bwrap could not be started: spawn bwrap ENOENT"), /^bwrap is not installed/);
  assert.match(
    describe("sh failed: unshare: unshare failed: Operation not permitted."),
    /add the capability SYS_ADMIN/,
  );
});

test("reports a user ID that the user namespace of a container does not have", async (t) => {
  const scratch = await mkdtemp(join(tmpdir(), "tembo-formats-"));
  t.after(() => rm(scratch, { recursive: true }));
  const script = `import { tryFormats } from "${join(import.meta.dirname, "choose-format.ts")}";
    for (const { problem } of await tryFormats({ firstId: 700_001 }, "${scratch}/trial")) console.log(problem);`;
  const node = [process.execPath, "--input-type=module", "--eval", script];
  const { stdout, stderr } = spawnSync("unshare", ["--user", "--map-root-user", ...node], {
    encoding: "utf8",
  });
  assert.equal(
    stdout.match(/has no user ID 700001, .*lower TEMBO_SANDBOX_UID_BASE/g)?.length,
    3,
    stdout + stderr,
  );
});
