import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { findControllers } from "../cgroup/find-controllers.ts";
import { listMountsBelow } from "../testing/list-mounts.ts";
import type { TestedName } from "../testing/make-provider.ts";
import {
  countInside,
  countProcesses,
  firstLine,
  foldersOf,
  run,
  specOf,
  startDaemon,
} from "../testing/run-in-sandbox.ts";
import type { Suite } from "./suite.ts";

/** Tests how programs exit or are killed, and that they leave nothing behind. */
export function testEndings(suite: Suite, name: TestedName): void {
  suite("kills every process on abort", async (_t, { sandbox }) => {
    const token = randomUUID();
    const abort = new AbortController();
    const program = sandbox.spawn(
      { argv: ["sh", "-c", `${startDaemon} cat`, "sh", token], cwd: "/", env: {} },
      abort.signal,
    );
    assert.equal(await firstLine(program), "up");
    assert.ok((await countInside(sandbox, token)) > 0, "control: the daemon runs");
    abort.abort();
    assert.deepEqual(await program.exited, { code: null, signal: "SIGKILL" });
    assert.equal(countProcesses(token), 0);
    assert.equal(await countInside(sandbox, token), 0);
  });

  suite("kills every process when aborted during startup", async (_t, { sandbox }) => {
    const token = randomUUID();
    for (let index = 0; index < 20; index++) {
      const abort = new AbortController();
      const program = sandbox.spawn(
        { argv: ["tail", "-f", "/dev/null", token], cwd: "/", env: {} },
        abort.signal,
      );
      // Aborts at different moments: immediately, and after up to 19 iterations of the event loop.
      for (let turn = 0; turn < index; turn++) await new Promise(setImmediate);
      abort.abort();
      assert.deepEqual(await program.exited, { code: null, signal: "SIGKILL" });
    }
    assert.equal(countProcesses(token), 0);
    assert.equal(await countInside(sandbox, token), 0);
  });

  suite("kills the remaining processes of a program that exits", async (_t, { sandbox }) => {
    const token = randomUUID();
    const program = sandbox.spawn(
      { argv: ["sh", "-c", `${startDaemon} read word`, "sh", token], cwd: "/", env: {} },
      new AbortController().signal,
    );
    assert.equal(await firstLine(program), "up");
    assert.ok((await countInside(sandbox, token)) > 0, "control: the daemon runs");
    program.stdin.end("end\n");
    assert.deepEqual(await program.exited, { code: 0, signal: null });
    assert.equal(countProcesses(token), 0);
    assert.equal(await countInside(sandbox, token), 0);
  });

  suite("the exit of a program does not affect concurrent programs", async (_t, { sandbox }) => {
    const first = sandbox.spawn(
      { argv: ["sh", "-c", "echo up; cat"], cwd: "/", env: {} },
      new AbortController().signal,
    );
    assert.equal(await firstLine(first), "up");
    assert.equal((await run(sandbox, ["true"])).code, 0);
    first.stdin.end();
    assert.deepEqual(await first.exited, { code: 0, signal: null });
  });

  suite("starts no program if already aborted", async (_t, { sandbox }) => {
    const program = sandbox.spawn(
      { argv: ["touch", "file"], cwd: sandbox.workspacePath, env: {} },
      AbortSignal.abort(),
    );
    assert.deepEqual(await program.exited, { code: null, signal: "SIGKILL" });
    assert.equal((await text(program.stdout)) + (await text(program.stderr)), "");
    assert.equal((await run(sandbox, ["ls"])).stdout, "");
    assert.equal((await run(sandbox, ["touch", "file"])).code, 0, "control");
  });

  suite("kills every process on stop, and can be stopped twice", async (_t, { machineDir, sandbox }) => {
    const token = randomUUID();
    const program = sandbox.spawn(
      { argv: ["sh", "-c", `${startDaemon} cat`, "sh", token], cwd: "/", env: {} },
      new AbortController().signal,
    );
    assert.equal(await firstLine(program), "up");
    assert.ok(countProcesses(token, machineDir) > 0, "control");
    await sandbox.stop();
    assert.equal(countProcesses(token, machineDir), 0);
    await sandbox.stop();
    assert.throws(() => sandbox.spawn({ argv: ["true"], cwd: "/", env: {} }, new AbortController().signal), {
      code: "sandbox_unavailable",
    });
  });

  suite("pauses every program and resumes it", async (_t, { sandbox }) => {
    const ticks = "(while :; do echo tick >> ticks; sleep 0.01; done) & echo up; cat";
    const program = sandbox.spawn(
      { argv: ["sh", "-c", ticks], cwd: sandbox.workspacePath, env: {} },
      new AbortController().signal,
    );
    assert.equal(await firstLine(program), "up");
    const size = async () => Number((await run(sandbox, ["stat", "-c", "%s", "ticks"])).stdout);
    await until(async () => (await size()) > 10);
    assert.equal(await sandbox.pause(), true);
    const before = await size();
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.equal(await size(), before);
    assert.ok((await sandbox.memoryBytes()) > 100_000);
    await sandbox.resume();
    await until(async () => (await size()) > before);
    await sandbox.pause();
    await sandbox.stop();
  });

  // Some kernels end an orphaned process group if one of its processes ends while another is stopped.
  suite("keeps a program whose processes start and end while it is paused and resumed", async (_t, {
    sandbox,
  }) => {
    const busy = "for n in 1 2 3 4; do (while :; do sleep 0.01; echo; done) & done; wait";
    const program = sandbox.spawn(
      { argv: ["sh", "-c", busy], cwd: sandbox.workspacePath, env: {} },
      new AbortController().signal,
    );
    let lines = 0;
    program.stdout.on("data", () => lines++);
    for (let round = 0; round < 20; round++) {
      const before = lines;
      await until(async () => lines > before);
      assert.equal(await sandbox.pause(), true);
      await sandbox.resume();
    }
    const before = lines;
    await until(async () => lines > before + 1);
    await sandbox.stop();
  });

  suite("does not continue a process that had stopped before the pause", async (_t, { sandbox }) => {
    const script = "sh -c 'kill -STOP $$; echo continued > continued' & echo $!; cat";
    const program = sandbox.spawn(
      { argv: ["sh", "-c", script], cwd: sandbox.workspacePath, env: {} },
      new AbortController().signal,
    );
    const pid = await firstLine(program);
    const state = async () =>
      (await run(sandbox, ["sed", "-n", "s/^State:.\\(.\\).*/\\1/p", `/proc/${pid}/status`])).stdout.trim();
    await until(async () => (await state()) === "T");
    assert.equal(await sandbox.pause(), true);
    await sandbox.resume();
    assert.equal(await state(), "T");
    await sandbox.stop();
  });

  suite("cleans up after a dead server without creating a sandbox", async (_t, {
    dataDir,
    machineDir,
    provider,
  }) => {
    const token = randomUUID();
    const script = fileURLToPath(new URL("../testing/leave-behind.ts", import.meta.url));
    const server = spawn(process.execPath, [script, name, dataDir, token], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(server.stdout, "data");
    server.kill("SIGKILL");
    await once(server, "exit");
    const { sessionId } = specOf().workspace;
    await provider.clear(sessionId);
    assert.equal(countProcesses(token, machineDir), 0);
    await assert.rejects(stat(foldersOf(machineDir).socketsPath));
    await provider.clear(sessionId);
  });

  suite("kills the processes that a dead server left running", async (_t, {
    dataDir,
    machineDir,
    provider,
  }) => {
    const token = randomUUID();
    const script = fileURLToPath(new URL("../testing/leave-behind.ts", import.meta.url));
    const server = spawn(process.execPath, [script, name, dataDir, token], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [chunk] = await once(server.stdout, "data");
    assert.equal(String(chunk).trim(), "up");
    assert.ok(countProcesses(token, machineDir) > 1, "control: the daemon runs");
    server.kill("SIGKILL");
    await once(server, "exit");
    const sandbox = await provider.create(specOf());
    assert.equal(countProcesses(token, machineDir), 0);
    await sandbox.stop();
  });

  suite("leaves no processes or files behind on stop", async (_t, { machineDir, provider }) => {
    const spec = { ...specOf(7), trustedCertificate: "-----BEGIN CERTIFICATE-----\n" };
    const { ownPath, socketsPath } = foldersOf(machineDir, 7);
    const look = () => traces(machineDir, join(ownPath, "processes"));
    const before = look();
    const sandbox = await provider.create(spec);
    assert.equal((await run(sandbox, ["true"])).code, 0);
    const program = sandbox.spawn({ argv: ["cat"], cwd: "/", env: {} }, new AbortController().signal);
    program.stdin.write("up\n");
    assert.equal(await firstLine(program), "up");
    assert.notDeepEqual(look(), before, "control: a running sandbox leaves traces");
    if (name !== "unsafe-local") assert.notDeepEqual(look().mounts, before.mounts, "control: it mounts");
    await sandbox.stop();
    assert.deepEqual(await tracesLike(before, look), before);
    assert.deepEqual(readdirIfThere(join(ownPath, "tmp")), []);
    assert.deepEqual(readdirIfThere(socketsPath), []);
    assert.deepEqual(
      readdirIfThere(ownPath).filter((file) => /\.\d+$/.test(file)),
      [],
      "no incomplete file remains",
    );
  });
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail("the condition was not met within 10 seconds");
}

/**
 * Lists traces that a sandbox could leave behind: child processes and open sockets of this process, mounts below the data folder, control
 * groups and program records.
 */
function traces(machineDir: string, recordsFolder: string) {
  const mounts = listMountsBelow(machineDir);
  const status = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim();
  const sockets = readdirSync("/proc/self/fd").filter((fd) => linkOf(fd).startsWith("socket:")).length;
  return { mounts, children: status, sockets, groups: ownGroups(), records: readdirIfThere(recordsFolder) };
}

/**
 * Polls until the traces equal `before`, for at most five seconds, because a busy machine may report a process's exit slightly later. Returns
 * the last traces.
 */
async function tracesLike<T>(before: T, look: () => T): Promise<T> {
  for (let tries = 0; tries < 250 && !isDeepStrictEqual(look(), before); tries++)
    await new Promise((resolve) => setTimeout(resolve, 20));
  return look();
}

function linkOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    // This descriptor belongs to the listing itself.
    return "";
  }
}

/** Lists the control groups that this process created. */
function ownGroups(): string[] {
  const paths = [...findControllers().values()].map(({ ownPath }) => ownPath);
  return [...new Set(paths)].flatMap((path) =>
    readdirSync(path).filter((entry) => entry.startsWith("tembo-") && entry.includes(`.${process.pid}.`)),
  );
}

function readdirIfThere(path: string): string[] {
  return existsSync(path) ? readdirSync(path) : [];
}
