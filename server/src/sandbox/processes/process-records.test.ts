import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { identify, isRunning } from "./process-identity.ts";
import { ProcessRecords, within } from "./process-records.ts";

test("kills the processes that another server recorded, and removes the records", async (t) => {
  const folder = await makeFolder(t);
  const { child, identity } = await startProgram(t);
  new ProcessRecords(folder).add(identity);
  assert.ok(isRunning(identity), "control");
  const exited = once(child, "exit");
  await new ProcessRecords(folder).endAll();
  assert.ok(!isRunning(identity));
  assert.deepEqual(await exited, [null, "SIGKILL"]);
  assert.deepEqual(await readdir(folder), []);
});

test("does not kill a different process with the same pid, or a process recorded before a reboot", async (t) => {
  const folder = await makeFolder(t);
  const records = new ProcessRecords(folder);
  const { identity } = await startProgram(t);
  records.add({ ...identity, startTime: "1" });
  records.add(identity);
  const name = (await readdir(folder)).find((file) => file.endsWith(`-${identity.startTime}`))!;
  await rename(join(folder, name), join(folder, name.replace(/^\w+/, "00000000")));
  await records.endAll();
  assert.ok(isRunning(identity));
  assert.deepEqual(await readdir(folder), [], "removes records without a matching process");

  records.add(identity);
  await records.endAll();
  assert.ok(!isRunning(identity), "control");
});

test("a process can be removed from the records after it exits", async (t) => {
  const folder = await makeFolder(t);
  const records = new ProcessRecords(folder);
  const { identity } = await startProgram(t);
  records.add(identity);
  assert.deepEqual(records.running(), [identity]);
  records.remove(identity);
  assert.deepEqual(records.running(), []);
});

test("reports the pids of processes that do not exit", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const records = new ProcessRecords(await makeFolder(t));
  const { identity } = await startProgram(t);
  records.add(identity);
  const waiting = within(new Promise(() => {}), records);
  t.mock.timers.tick(10_000);
  await assert.rejects(waiting, {
    code: "sandbox_unavailable",
    message: new RegExp(`have not exited: ${identity.pid}\\.`),
  });
  await within(Promise.resolve(), records);
});

test("treats a zombie process as exited", async (t) => {
  // The parent does not wait for its child, so the zombie remains. A shell would reap it.
  const script = "$pid = fork; exit unless $pid; $| = 1; print $pid; sleep";
  const parent = spawn("perl", ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => parent.kill("SIGKILL"));
  const [chunk] = await once(parent.stdout, "data");
  const pid = Number(String(chunk));
  while (identify(pid) !== null) await new Promise(setImmediate);
  assert.ok(process.kill(pid, 0), "control: the pid is still in use");
});

async function startProgram(t: TestContext) {
  const child: ChildProcess = spawn("tail", ["-f", "/dev/null"], { stdio: "ignore" });
  t.after(() => child.kill("SIGKILL"));
  await once(child, "spawn");
  return { child, identity: identify(child.pid!)! };
}

async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-records-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
