import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { DBOS } from "@dbos-inc/dbos-sdk";
import pg from "pg";
import type { Logger } from "../core/base/index.ts";
import { watchLock } from "./connect.ts";
import { type EmbeddedPostgres, startPostgres } from "./start-postgres.ts";
import {
  dataFolder,
  postmasterOf,
  processesOf,
  query,
  queryOnceUp,
  quiet,
  start,
} from "./testing/run-postgres.ts";

const isRoot = process.getuid?.() === 0;
/** Starts another process, which starts PostgreSQL on the folder, reports this, and continues to run. */
function startInProcess(t: TestContext, dataDir: string): ChildProcess {
  const module = JSON.stringify(new URL("./start-postgres.ts", import.meta.url).href);
  const script = `
    import { startPostgres } from ${module};
    const log = { info() {}, warn() {}, error() {} };
    const postgres = await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, log });
    process.once("SIGTERM", () => postgres.stop());
    console.log("up");`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, TEMBO_TEST_SECRET: "do-not-hand-on" },
  });
  t.after(() => child.kill("SIGKILL"));
  return child;
}

test("the first start creates a database that pg and DBOS connect to", { timeout: 60_000 }, async (t) => {
  const dataDir = await dataFolder(t);
  const postgres = await start(t, dataDir);
  const [facts] = await query(
    postgres,
    `select current_user as role, current_database() as name, pg_encoding_to_char(encoding) as encoding,
            datlocale as locale, current_setting('fsync') as fsync, current_setting('listen_addresses') as listens,
            usesuper as "isSuperuser"
       from pg_database, pg_user where datname = current_database() and usename = current_user`,
  );
  assert.deepEqual(facts, {
    role: "tembo",
    name: "tembo",
    encoding: "UTF8",
    locale: "C.UTF-8",
    fsync: "on",
    listens: "",
    isSuperuser: false,
  });
  DBOS.setConfig({ name: "tembo", systemDatabaseUrl: postgres.url, logLevel: "error" });
  await DBOS.launch();
  await DBOS.shutdown();
  const [schema] = await query(
    postgres,
    "select count(*)::int as n from pg_namespace where nspname = 'dbos'",
  );
  assert.equal(schema?.n, 1);
});

test("only PostgreSQL's user can access the socket folder and the data folder", {
  timeout: 60_000,
}, async (t) => {
  const dataDir = await dataFolder(t);
  const postgres = await start(t, dataDir);
  for (const folder of [postgres.socketDir, join(dataDir, "postgres/data")]) {
    const { mode, uid } = await stat(folder);
    assert.equal(mode & 0o777, 0o700);
    assert.equal(uid, isRoot ? 65533 : process.getuid?.());
  }
});

/**
 * Connects to the database as its superuser, from a process with this user ID. Returns the role's name and attributes, or the error code.
 */
async function superuserAs(uid: number, { url }: EmbeddedPostgres): Promise<string> {
  const asSuperuser = new URL(url);
  asSuperuser.username = "postgres";
  const client = new pg.Client({ connectionString: asSuperuser.href });
  client.on("error", () => undefined);
  process.seteuid!(uid);
  try {
    await client.connect();
    const { rows } = await client.query(
      "select current_user as name, usesuper from pg_user where usename = current_user",
    );
    return `${rows[0].name}, ${rows[0].usesuper ? "superuser" : "no superuser"}`;
  } catch (cause) {
    return String((cause as { code?: string }).code);
  } finally {
    process.seteuid!(0);
    await client.end().catch(() => undefined);
  }
}

test("other users of the host cannot connect, regardless of the socket's permissions", {
  timeout: 60_000,
  skip: !isRoot && "only root can run as another user",
}, async (t) => {
  const postgres = await start(t, await dataFolder(t));
  const [other, nobody] = [12_345, 65_534];
  assert.equal(await superuserAs(0, postgres), "postgres, superuser", "control: root can connect");
  for (const uid of [other, nobody]) assert.equal(await superuserAs(uid, postgres), "EACCES");
  await chmod(postgres.socketDir, 0o755);
  await chmod(join(postgres.socketDir, ".s.PGSQL.5432"), 0o777);
  // The socket is now accessible, so PostgreSQL itself rejects the connection.
  for (const uid of [other, nobody]) assert.equal(await superuserAs(uid, postgres), "28000");
  assert.equal(await superuserAs(0, postgres), "postgres, superuser");
});

test("takes over a database that an earlier version ran under another user", {
  timeout: 60_000,
  skip: !isRoot && "only root can change the owner of files",
}, async (t) => {
  const dataDir = await dataFolder(t);
  const first = await start(t, dataDir);
  await query(first, "create table kept as select 7 as n");
  await first.stop();
  const folders = [join(dataDir, "postgres/data"), first.socketDir];
  for (const folder of folders) execFileSync("chown", ["-R", "65534:65534", folder]);
  const second = await start(t, dataDir);
  assert.deepEqual(await query(second, "select n from kept"), [{ n: 7 }]);
  for (const folder of folders) assert.equal((await stat(folder)).uid, 65533);
});

test("a second start keeps the database and its rows, and leaves no temporary files", {
  timeout: 60_000,
}, async (t) => {
  const dataDir = await dataFolder(t);
  const first = await start(t, dataDir);
  await query(first, "create table kept as select 7 as n");
  await first.stop();
  await first.stop();
  const { ino } = await stat(join(dataDir, "postgres/data"));
  const second = await start(t, dataDir);
  assert.deepEqual(await query(second, "select n from kept"), [{ n: 7 }]);
  const warnings: string[] = [];
  const warning: Logger = { ...quiet, warn: (_, message) => warnings.push(message) };
  const beside = await start(t, dataDir, { log: warning });
  assert.deepEqual(warnings, ["another Tembo process uses this data folder, and both share its database"]);
  await beside.stop();
  assert.equal((await stat(join(dataDir, "postgres/data"))).ino, ino);
  const names = await readdir(join(dataDir, "postgres"));
  assert.deepEqual(
    names.filter((name) => name.includes(".tmp.")),
    [],
  );
});

test("leaves no PostgreSQL process after stop", { timeout: 60_000 }, async (t) => {
  const dataDir = await dataFolder(t);
  const postgres = await start(t, dataDir);
  assert.ok((await processesOf(dataDir)).length > 1, "control: there are processes before");
  await postgres.stop();
  assert.deepEqual(await processesOf(dataDir), []);
});

test("kills a PostgreSQL that ignores the shutdown signal", { timeout: 60_000 }, async (t) => {
  const dataDir = await dataFolder(t);
  const postgres = await start(t, dataDir, { stopGraceMs: 100 });
  const pid = await postmasterOf(dataDir);
  assert.ok(pid);
  process.kill(pid, "SIGSTOP");
  await postgres.stop();
  assert.equal(await postmasterOf(dataDir), null);
});

test("restarts a killed PostgreSQL without losing any acknowledged row", { timeout: 60_000 }, async (t) => {
  const dataDir = await dataFolder(t);
  const postgres = await start(t, dataDir);
  await query(postgres, "create table kept (n int)");
  let acknowledged = 0;
  for (let round = 0; round < 3; round += 1) {
    const before = await postmasterOf(dataDir);
    assert.ok(before);
    const writer = new pg.Client({ connectionString: postgres.url });
    writer.on("error", () => undefined);
    await writer.connect();
    for (let n = 0; n < 100; n += 1) {
      await writer.query("insert into kept values ($1)", [n]);
      acknowledged += 1;
    }
    process.kill(before, "SIGKILL");
    const [row] = await queryOnceUp(postgres, "select count(*)::int as n from kept");
    assert.equal(row?.n, acknowledged);
    assert.notEqual(await postmasterOf(dataDir), before);
    await writer.end();
  }
});

test("adopts a PostgreSQL whose owner was killed instead of starting a second one", {
  timeout: 60_000,
}, async (t) => {
  const dataDir = await dataFolder(t);
  const owner = startInProcess(t, dataDir);
  await once(owner.stdout!, "data");
  const pid = await postmasterOf(dataDir);
  owner.kill("SIGKILL");
  await once(owner, "exit");
  const postgres = await start(t, dataDir);
  assert.equal(await postmasterOf(dataDir), pid);
  const environment = await readFile(`/proc/${pid}/environ`, "utf8");
  assert.ok(!environment.includes("do-not-hand-on"), "PostgreSQL does not inherit the server's environment");
  await postgres.stop();
  assert.deepEqual(await processesOf(dataDir), []);
});

test("waits on stop, briefly, until a killed process's connection closes", {
  timeout: 60_000,
}, async (t) => {
  const dataDir = await dataFolder(t);
  const postgres = await start(t, dataDir);
  const dying = new pg.Client({ connectionString: postgres.url });
  dying.on("error", () => undefined);
  await dying.connect();
  await dying.query("select pg_advisory_lock_shared($1, $2)", [...watchLock]);
  const stopped = postgres.stop();
  await sleep(100);
  await dying.end();
  await stopped;
  assert.deepEqual(await processesOf(dataDir), []);
});

test("restarts an adopted PostgreSQL after it is killed", { timeout: 60_000 }, async (t) => {
  const dataDir = await dataFolder(t);
  const owner = startInProcess(t, dataDir);
  await once(owner.stdout!, "data");
  const postgres = await start(t, dataDir);
  owner.kill("SIGKILL");
  await once(owner, "exit");
  process.kill((await postmasterOf(dataDir))!, "SIGKILL");
  assert.deepEqual(await queryOnceUp(postgres, "select 1 as n"), [{ n: 1 }]);
});

test("of several concurrent starts, one starts PostgreSQL, and the last to stop shuts it down", {
  timeout: 60_000,
}, async (t) => {
  const dataDir = await dataFolder(t);
  const other = startInProcess(t, dataDir);
  const [first, second] = await Promise.all([
    start(t, dataDir),
    start(t, dataDir),
    once(other.stdout!, "data"),
  ]);
  const pid = await postmasterOf(dataDir);
  assert.ok(pid);
  const parents = (await processesOf(dataDir)).filter((found) => found === pid);
  assert.equal(parents.length, 1);
  other.kill("SIGTERM");
  await once(other, "exit");
  await first.stop();
  assert.equal(await postmasterOf(dataDir), pid, "another process still uses PostgreSQL");
  assert.deepEqual(await query(second, "select 1 as n"), [{ n: 1 }]);
  await second.stop();
  assert.deepEqual(await processesOf(dataDir), []);
});

test("leaves no incomplete database when the process is killed while it creates one", {
  timeout: 60_000,
}, async (t) => {
  const dataDir = await dataFolder(t);
  const owner = startInProcess(t, dataDir);
  const root = join(dataDir, "postgres");
  const unfinished = async () =>
    (await readdir(root).catch(() => [])).filter((name) => name.startsWith("data.tmp."));
  let names: string[] = [];
  while (names.length === 0) {
    names = await unfinished();
    await sleep(1);
  }
  owner.kill("SIGKILL");
  await once(owner, "exit");
  assert.ok(!(await readdir(root)).includes("data"), "control: the process was killed before it finished");
  const postgres = await start(t, dataDir);
  assert.deepEqual(await query(postgres, "select 1 as n"), [{ n: 1 }]);
  assert.ok(!(await unfinished()).includes(names[0] ?? ""));
});

test("gives up on a PostgreSQL that cannot recover, and reports the problem", {
  timeout: 60_000,
}, async (t) => {
  const dataDir = await dataFolder(t);
  const errors: string[] = [];
  const log: Logger = { ...quiet, error: (_, message) => errors.push(message) };
  const postgres = await start(t, dataDir, { log, patience: { maxStarts: 2, recoveryLimitMs: 60_000 } });
  await rm(join(dataDir, "postgres/data/global/pg_control"));
  process.kill((await postmasterOf(dataDir))!, "SIGKILL");
  const lost = await postgres.lost;
  assert.equal(lost.code, "unavailable");
  assert.match(lost.message, /does not start: .*could not find the database system.*DATABASE_URL/s);
  assert.deepEqual(errors, ["PostgreSQL could not be restarted; giving up"]);
  await postgres.stop();
});

test("rejects a data folder whose socket path is too long", async (t) => {
  const dataDir = join(await dataFolder(t), "d".repeat(100));
  await assert.rejects(startPostgres({ dataDir, log: quiet }), {
    code: "invalid_input",
    message: /bytes too long for a unix socket.*TEMBO_DATA_DIR/,
  });
});

test("rejects a data folder that PostgreSQL's user cannot access, and reports the inaccessible folder", {
  skip: !isRoot,
}, async (t) => {
  const parent = join(await dataFolder(t), "closed");
  await mkdir(parent, { mode: 0o700 });
  await assert.rejects(startPostgres({ dataDir: join(parent, "data"), log: quiet }), {
    code: "unavailable",
    message: new RegExp(`cannot enter ${parent}\\. Run "chmod o\\+x ${parent}"`),
  });
});

test("rejects a database of another major version and leaves it unchanged", async (t) => {
  const dataDir = await dataFolder(t);
  const data = join(dataDir, "postgres/data");
  await mkdir(data, { recursive: true });
  await writeFile(join(data, "PG_VERSION"), "17\n");
  await assert.rejects(startPostgres({ dataDir, log: quiet }), {
    code: "unavailable",
    message: /database of PostgreSQL 17, but this version of Tembo runs PostgreSQL 18/,
  });
  assert.deepEqual(await readdir(data), ["PG_VERSION"]);
});
