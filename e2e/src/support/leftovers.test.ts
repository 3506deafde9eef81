import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chown, mkdir, mkdtemp, rm, rmdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { controlGroupPrefix, leftoversOf, type Premises } from "./leftovers.ts";

/** First user ID, far above the range of every world, so that the tests ignore other tests' sandboxes. */
const uidBase = 1_900_000_000;

test("detects a leftover of each kind, and reports none in a clean environment", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root to create another user's processes and files");
  const dataDir = await mkdtemp(join(tmpdir(), "tembo-leftovers-"));
  t.after(() => rm(dataDir, { recursive: true, force: true }));
  const premises = { dataDir, uidBase };
  assert.deepEqual(await leftoversOf(premises), []);
  for (const [kind, plant] of Object.entries(plants)) {
    await t.test(kind, async (t) => {
      const reason = await plant(t, premises);
      if (reason !== undefined) return t.skip(reason);
      const found = await leftoversOf(premises);
      assert.ok(found.length > 0, "finds the leftover");
      assert.deepEqual(
        found.filter((line) => !line.startsWith(`${kind}: `)),
        [],
        "finds no other leftover",
      );
    });
    assert.deepEqual(await leftoversOf(premises), [], `${kind} is removed`);
  }
});

/**
 * Functions that each leave one thing behind until the test ends. A function returns a reason if it cannot do so on
 * this machine.
 */
const plants: Readonly<Record<string, (t: TestContext, premises: Premises) => Promise<string | undefined>>> =
  {
    process: async (t) => {
      await planted(
        t,
        spawn("sh", ["-c", "echo ready; exec tail -f /dev/null"], { uid: uidBase + 49_999, cwd: "/" }),
      );
      return undefined;
    },
    "control group": async (t, { dataDir }) => {
      const parent = ["/sys/fs/cgroup/pids", "/sys/fs/cgroup"].find((path) =>
        existsSync(`${path}/cgroup.procs`),
      );
      if (parent === undefined) return "this machine has no control groups";
      const group = join(parent, `${controlGroupPrefix(dataDir)}session.1.2.3`);
      await mkdir(group);
      t.after(() => rmdir(group));
      return undefined;
    },
    mount: async (t, { dataDir }) => {
      const folder = join(dataDir, "mounted");
      await mkdir(folder);
      const script = `mount --bind ${folder} ${folder} && echo ready && exec tail -f /dev/null`;
      // Runs in a separate mount namespace, which disappears with the process.
      await planted(t, spawn("sh", ["-c", `exec unshare --mount sh -c '${script}'`]));
      return undefined;
    },
    socket: async (t, { dataDir }) => {
      await mkdir(join(dataDir, "run", "session"), { recursive: true });
      const server = createServer().listen(join(dataDir, "run", "session", "m"));
      await once(server, "listening");
      t.after(async () => {
        await new Promise((resolve) => server.close(resolve));
        await rm(join(dataDir, "run"), { recursive: true });
      });
      return undefined;
    },
    scratch: async (t, { dataDir }) => {
      const session = join(dataDir, "sessions", "session");
      await mkdir(join(session, "pushed", "0"), { recursive: true });
      await writeFile(join(session, "pushed", "0", "a.pack"), "");
      await mkdir(join(session, "capture", "app.git.annex-1"), { recursive: true });
      t.after(() => rm(join(dataDir, "sessions"), { recursive: true }));
      return undefined;
    },
    "temporary file": async (t) => {
      const folder = await mkdtemp(join(tmpdir(), "tembo-left-"));
      await chown(folder, uidBase, uidBase);
      t.after(() => rm(folder, { recursive: true }));
      return undefined;
    },
  };

/** Waits until the process prints that it is ready, and kills it when the test ends. */
async function planted(t: TestContext, child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  t.after(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  await Promise.race([
    once(child.stdout!, "data"),
    ended.then(() => assert.fail("the leftover could not be created")),
  ]);
}
