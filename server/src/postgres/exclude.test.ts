import assert from "node:assert/strict";
import { cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pollUntil } from "../runtime/poll-until.ts";
import { connectWatcher, exclusionLock, isExcluding, watchLock } from "./connect.ts";
import { swapData } from "./data-folder.ts";
import { resolveLayout } from "./layout.ts";
import { findPostmaster } from "./postmaster.ts";
import { requireDatabaseUser } from "./require-user.ts";
import { dataFolder, postmasterOf, query, queryOnceUp, start } from "./testing/run-postgres.ts";

test("a command excludes other processes until it stops, and notices that PostgreSQL restarted", {
  timeout: 60_000,
}, async (t) => {
  const dataDir = await dataFolder(t);
  const first = await start(t, dataDir);
  const second = await start(t, dataDir);
  assert.equal(await first.exclude(), false, "another process watches PostgreSQL");
  await second.stop();
  assert.equal(await first.exclude(), true);
  await assert.rejects(start(t, dataDir), {
    code: "conflict",
    message: /Another command changes the database/,
  });
  // Earlier versions wait for this lock only.
  const take = "select pg_try_advisory_lock_shared($1, $2) as taken";
  assert.deepEqual(await query(first, take, [...watchLock]), [{ taken: false }]);

  process.kill((await postmasterOf(dataDir))!, "SIGKILL");
  await queryOnceUp(first, "select 1");
  const restored = join(dataDir, "postgres/restored");
  const kept = join(dataDir, "postgres/kept");
  await mkdir(restored);
  assert.equal(await first.exclude(), false, "another process could have started");
  await assert.rejects(first.replaceData({ restored, kept }), { code: "conflict" });
  assert.ok((await readdir(join(dataDir, "postgres"))).includes("data"));
});

for (const order of ["before", "during"])
  test(`no longer excludes other processes if the connection is lost ${order} the check`, {
    timeout: 60_000,
  }, async (t) => {
    const dataDir = await dataFolder(t);
    const postgres = await start(t, dataDir);
    const watcher = await connectWatcher(resolveLayout(dataDir));
    await watcher.client.query("select pg_advisory_lock($1, $2)", [...exclusionLock]);
    assert.equal(await isExcluding(watcher), true);
    await query(
      postgres,
      "select pg_terminate_backend(pid) from pg_locks where objid = $1 and classid = $2",
      [exclusionLock[1], exclusionLock[0]],
    );
    if (order === "before") await watcher.ended;
    assert.equal(await isExcluding(watcher), false);
  });

test("replaces the data folder while other processes are excluded", { timeout: 60_000 }, async (t) => {
  const dataDir = await dataFolder(t);
  const root = join(dataDir, "postgres");
  const old = await start(t, dataDir);
  await query(old, "create table state as select 'old' as name");
  await old.stop();
  const [restored, kept] = [join(root, "restored"), join(root, "kept")];
  await cp(join(root, "data"), restored, { recursive: true });
  const command = await start(t, dataDir);
  await query(command, "update state set name = 'new'");
  assert.equal(await command.exclude(), true);
  await command.replaceData({ restored, kept });
  await assert.rejects(start(t, dataDir), { code: "conflict" });
  // A process of an earlier version waits for the lock. It must not use the replaced database.
  const waiting = query(command, "select pg_advisory_lock_shared($1, $2)", [...watchLock]);
  await pollUntil(async () => (await query(command, "select from pg_locks where not granted")).length > 0, {
    every: 10,
    timeoutMs: 30_000,
  });
  await Promise.all([command.stop(), assert.rejects(waiting)]);
  assert.equal(await findPostmaster(kept), null, "PostgreSQL has exited");
  const after = await start(t, dataDir);
  assert.deepEqual(await query(after, "select name from state"), [{ name: "old" }]);
});

test("moves the data folder back if the restored one cannot take its place", async (t) => {
  const dataDir = await dataFolder(t);
  const { root, data } = resolveLayout(dataDir);
  await mkdir(data, { recursive: true });
  await writeFile(join(data, "PG_VERSION"), "18");
  const kept = join(root, "kept");
  await assert.rejects(swapData({ root, data }, { restored: join(root, "missing"), kept }), {
    code: "ENOENT",
  });
  assert.deepEqual(await readdir(data), ["PG_VERSION"]);
});

test("refuses the database of another user's server", async (t) => {
  const dataDir = await dataFolder(t);
  const uid = process.getuid!();
  await requireDatabaseUser(dataDir, { uid, account: null });
  await assert.rejects(requireDatabaseUser(dataDir, { uid: uid + 1, account: null }), {
    code: "invalid_input",
    message: new RegExp(
      `belongs to another user. Run this command as ${userInfo().username}, like the server`,
    ),
  });
  // A server of root runs PostgreSQL as a user of its own.
  await requireDatabaseUser(dataDir, { uid: uid + 1, account: { uid, gid: uid } });
});
