import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { lockFile } from "./file-lock.ts";

const exclusive = { kind: "exclusive", waitMs: 0 } as const;
const shared = { kind: "shared", waitMs: 0 } as const;
const module = new URL("file-lock.ts", import.meta.url);
const holder = `
const { lockFile } = await import(${JSON.stringify(module.href)});
globalThis.lock = await lockFile(process.argv[1], { kind: "exclusive", waitMs: 0 });
console.log(lock === null ? "held" : "locked");
setInterval(() => {}, 60_000);`;

function makeFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "tembo-lock-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, "lock");
}

/** Starts a process that locks the file, and waits until it has the lock. */
async function startHolder(file: string, ...wrapper: readonly string[]) {
  const [program, ...args] = [...wrapper, process.execPath, "--input-type=module", "--eval", holder, file];
  const child = spawn(program!, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  assert.equal(String(line), "locked\n");
  return child;
}

test("one holder excludes all others until it releases the lock", async (t) => {
  const file = makeFile(t);
  const lock = await lockFile(file, exclusive);
  assert.equal(await lockFile(file, exclusive), null);
  assert.equal(await lockFile(file, shared), null);
  await lock!.release();
  await lock!.release();
  const again = await lockFile(file, exclusive);
  assert.notEqual(again, null);
  await again!.release();
});

test("shared locks exclude only an exclusive one", async (t) => {
  const file = makeFile(t);
  const locks = [await lockFile(file, shared), await lockFile(file, shared)];
  assert.ok(!locks.includes(null));
  assert.equal(await lockFile(file, exclusive), null);
  for (const lock of locks) await lock!.release();
});

test("waits until the holder releases the lock", async (t) => {
  const file = makeFile(t);
  const first = await lockFile(file, exclusive);
  const second = lockFile(file, { kind: "exclusive", waitMs: 60_000 });
  await first!.release();
  await (await second)!.release();
});

test("stops waiting when the signal aborts, and does not get the lock later", async (t) => {
  const file = makeFile(t);
  const first = await lockFile(file, exclusive);
  const abort = new AbortController();
  const second = lockFile(file, { kind: "exclusive", waitMs: 60_000, signal: abort.signal });
  abort.abort(new Error("no longer needed"));
  await assert.rejects(second, /no longer needed/);
  await first!.release();
  await (await lockFile(file, exclusive))!.release();
});

test("the lock of a killed process is free", async (t) => {
  const file = makeFile(t);
  const child = await startHolder(file);
  assert.equal(await lockFile(file, exclusive), null, "control");
  child.kill("SIGKILL");
  await once(child, "exit");
  await (await lockFile(file, exclusive))!.release();
});

test("excludes a process of another process namespace, as in another container", {
  skip: process.getuid!() !== 0 && "needs root",
}, async (t) => {
  const file = makeFile(t);
  const child = await startHolder(
    file,
    "unshare",
    "--pid",
    "--mount",
    "--mount-proc",
    "--fork",
    "--kill-child",
  );
  assert.equal(await lockFile(file, exclusive), null);
  child.kill("SIGKILL");
  const lock = await lockFile(file, { kind: "exclusive", waitMs: 60_000 });
  assert.notEqual(lock, null, "control");
  await lock!.release();
});

test("a program that the holder starts does not inherit the lock", async (t) => {
  const file = makeFile(t);
  const lock = await lockFile(file, exclusive);
  const child = spawn("sleep", ["600"]);
  await once(child, "spawn");
  t.after(() => child.kill("SIGKILL"));
  await lock!.release();
  await (await lockFile(file, exclusive))!.release();
});

test("follows no link, and reports a folder instead of a file", async (t) => {
  const file = makeFile(t);
  symlinkSync("elsewhere", file);
  await assert.rejects(lockFile(file, exclusive), { code: "ELOOP" });
  await assert.rejects(lockFile(join(file, ".."), exclusive), { code: "EISDIR" });
});

test("explains a missing flock and a file system without locks", async (t) => {
  const file = makeFile(t);
  const path = join(file, "../programs");
  mkdirSync(path);
  const fails = (message: RegExp) =>
    assert.rejects(lockFile(file, { ...exclusive, path }), { code: "unavailable", message });
  await fails(/^flock cannot be started: .*ENOENT\. Install util-linux\.$/);
  const script = "#!/bin/sh\necho 'flock: 3: Operation not supported' >&2\nexit 71\n";
  writeFileSync(join(path, "flock"), script, { mode: 0o755 });
  await fails(/Operation not supported\. Put the data folder \(TEMBO_DATA_DIR\) on a file system with locks/);
  await (await lockFile(file, exclusive))!.release();
});

test("explains that no file descriptor is left, and the process continues", (t) => {
  const script = `
    import { closeSync, openSync } from "node:fs";
    const { lockFile } = await import(${JSON.stringify(module.href)});
    const open = [];
    try { for (;;) open.push(openSync("/dev/null", "r")); } catch {}
    // For the locked file itself.
    closeSync(open.pop());
    try { await lockFile(process.argv[1], { kind: "exclusive", waitMs: 0 }); } catch (cause) { console.log(cause.message); }
    setImmediate(() => console.log("continues"));`;
  const node = [process.execPath, "--input-type=module", "--eval", script, makeFile(t)];
  const limited = ["-c", 'ulimit -n 100; exec "$@"', "sh", ...node];
  const { stdout, stderr } = spawnSync("sh", limited, { encoding: "utf8" });
  assert.match(
    stdout,
    /^flock cannot be started: .*\. Raise the limit of open files \(ulimit -n\)\.\ncontinues\n$/,
    stderr,
  );
});
