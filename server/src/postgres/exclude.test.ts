import assert from "node:assert/strict";
import { userInfo } from "node:os";
import { test } from "node:test";
import { connectWatcher, exclusionLock, isExcluding, watchLock } from "./connect.ts";
import { resolveLayout } from "./layout.ts";
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
  assert.equal(await first.exclude(), false, "another process could have started");
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
