import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { RunnerLaunch } from "./frames.ts";
import { GitRunner, type HostProgram } from "./runner.ts";

const env = { PATH: "/usr/bin:/bin", LC_ALL: "C" };

function startRunner(t: TestContext): GitRunner {
  const runner = new GitRunner("/usr/bin/perl", false, null);
  t.after(() => runner.stop());
  return runner;
}

const start = (runner: GitRunner, launch: Partial<RunnerLaunch> & Pick<RunnerLaunch, "argv">) =>
  runner.run({
    env,
    hasStdin: false,
    user: null,
    needsNetwork: false,
    lockFile: null,
    maxMemoryBytes: 1024 ** 3,
    maxFileBytes: 1024 ** 3,
    folders: { read: [], write: [], owned: [] },
    ...launch,
  });

const shell = (runner: GitRunner, script: string, ...args: string[]): HostProgram =>
  start(runner, { argv: ["sh", "-c", script, "sh", ...args], hasStdin: true });

test("passes arguments, environment and input to a program, and returns the output and the exit code", async (t) => {
  const runner = startRunner(t);
  const odd = "a b\n\"'$(id)\\ é";
  const program = shell(runner, 'printf "%s|" "$@" "$LC_ALL"; cat; echo wrong >&2; exit 7', odd, "");
  program.stdin!.end("input");
  const [output, errors, code] = await Promise.all([
    text(program.stdout),
    text(program.stderr),
    program.exited,
  ]);
  assert.deepEqual([output, errors, code], [`${odd}||C|input`, "wrong\n", 7]);
});

test("gives a program no descriptor that the server has inherited from its own parent", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-runner-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const script = `exec 47>${folder}/inherited; exec "$0" "$1"`;
  const host = fileURLToPath(new URL("testing/list-descriptors.ts", import.meta.url));
  const server = spawn("bash", ["-c", script, process.execPath, host], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { own, program } = JSON.parse(await text(server.stdout));
  assert.deepEqual(program, ["0", "1", "2"]);
  assert.ok(own.includes("47"), "control: the server has more");
});

test("returns every byte of the large outputs of many programs, even if the outputs are read slowly", async (t) => {
  const runner = startRunner(t);
  const input = randomBytes(3 * 1024 ** 2);
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      const program = shell(runner, "cat");
      program.stdin!.end(input);
      const chunks: Buffer[] = [];
      for await (const chunk of program.stdout) {
        await new Promise(setImmediate);
        chunks.push(chunk as Buffer);
      }
      assert.ok(Buffer.concat(chunks).equals(input));
      assert.equal(await program.exited, 0);
    }),
  );
});

test("blocks a program whose output is not read", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-runner-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const done = join(folder, "done");
  const program = shell(startRunner(t), `head -c 50000000 /dev/zero; touch ${done}`);
  await once(program.stdout, "readable");
  const other = shell(startRunner(t), "head -c 50000000 /dev/zero | cat > /dev/null");
  assert.equal(await other.exited, 0);
  assert.ok(!existsSync(done));
  program.stdout.resume();
  assert.equal(await program.exited, 0);
  assert.ok(existsSync(done), "control");
});

test("killing a program also kills every program that it started", async (t) => {
  const runner = startRunner(t);
  const folder = mkdtempSync(join(tmpdir(), "tembo-runner-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const lockFile = join(folder, "lock");
  // Programs that the shell starts also hold the lock.
  const program = start(runner, { argv: ["sh", "-c", "sleep 1000 & echo up; wait"], lockFile });
  await once(program.stdout, "data");
  program.kill();
  assert.equal(await program.exited, null);
  assert.equal(await start(runner, { argv: ["true"], lockFile }).exited, 0);
});

test("runs programs that share a lock one at a time", async (t) => {
  const runner = startRunner(t);
  const folder = mkdtempSync(join(tmpdir(), "tembo-runner-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const mark = join(folder, "mark");
  // Fails if another program runs between the two commands.
  const script = `mkdir ${mark} && head -c 5000000 /dev/urandom > /dev/null && rmdir ${mark}`;
  const run = (lockFile: string | null) => start(runner, { argv: ["sh", "-c", script], lockFile }).exited;
  const codes = await Promise.all(Array.from({ length: 6 }, () => run(join(folder, "lock"))));
  assert.deepEqual(codes, [0, 0, 0, 0, 0, 0]);
  const unlocked = await Promise.all(Array.from({ length: 6 }, () => run(null)));
  assert.ok(unlocked.includes(1), "control");
});

test("a program that waits for its lock does not keep the output of other programs open", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-runner-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const runner = startRunner(t);
  const lockFile = join(folder, "lock");
  const holder = start(runner, { argv: ["cat"], hasStdin: true, lockFile });
  holder.stdin!.write("up");
  await once(holder.stdout, "data");
  const waiting: HostProgram[] = [];
  const free: HostProgram[] = [];
  // The runner has many open connections when it starts the queued programs.
  for (let round = 0; round < 40; round++) {
    waiting.push(start(runner, { argv: ["true"], lockFile }));
    free.push(shell(runner, "exit 3"));
  }
  const codes = await Promise.all(free.map(({ exited }) => exited));
  assert.deepEqual(new Set(codes), new Set([3]));
  assert.equal(await Promise.race([waiting[0]!.exited, "waits"]), "waits", "control");
  holder.stdin!.end();
  const ends = await Promise.all([holder, ...waiting].map(({ exited }) => exited));
  assert.deepEqual(new Set(ends), new Set([0]));
});

test("reports programs whose connection to the runner fails, and runs the others", async (t) => {
  const runner = startRunner(t);
  await runner.ready;
  process.kill(runner.pid!, "SIGSTOP");
  // Opens more connections than fit in the backlog of the runner's socket.
  const programs = Array.from({ length: 1100 }, () => start(runner, { argv: ["true"] }));
  const ends = Promise.allSettled(programs.map(({ exited }) => exited));
  await new Promise((resolve) => setTimeout(resolve, 200));
  process.kill(runner.pid!, "SIGCONT");
  const failures = (await ends).filter(({ status }) => status === "rejected");
  assert.ok(failures.length > 0 && failures.length < 200, `${failures.length} programs failed`);
  for (const { reason } of failures as PromiseRejectedResult[])
    assert.match(reason.message, /Git could not be started: /);
  assert.equal(await start(runner, { argv: ["true"] }).exited, 0);
});

test("closes the connections of an exited program, even with unread output", async (t) => {
  const runner = startRunner(t);
  const run = async () => {
    const unread = shell(runner, "echo out");
    const read = shell(runner, "echo out");
    read.stdout.on("data", () => {});
    assert.deepEqual(await Promise.all([unread.exited, read.exited]), [0, 0]);
  };
  await run();
  const descriptors = () => readdirSync("/proc/self/fd").length;
  const before = descriptors();
  for (let round = 0; round < 20; round++) await run();
  // The last connections may still be closing.
  assert.ok(descriptors() <= before + 4, `the number of descriptors grew from ${before} to ${descriptors()}`);
  const kept = Array.from({ length: 5 }, () => shell(runner, "cat"));
  for (const program of kept) program.stdin!.write("up");
  await Promise.all(kept.map(({ stdout }) => once(stdout, "data")));
  assert.ok(descriptors() > before + 4, "control: running programs keep their connections");
  for (const program of kept) program.kill();
  await Promise.all(kept.map(({ exited }) => exited));
});

test("limits the size of files that a program writes", async (t) => {
  const runner = startRunner(t);
  const folder = mkdtempSync(join(tmpdir(), "tembo-runner-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const run = (maxFileBytes: number) =>
    start(runner, { argv: ["sh", "-c", `head -c 2000000 /dev/zero > ${folder}/file`], maxFileBytes }).exited;
  assert.notEqual(await run(1_000_000), 0);
  assert.equal(await run(3_000_000), 0, "control");
});

test("running programs fail when the runner exits, and the runner is reported as gone", async (t) => {
  const runner = startRunner(t);
  const program = shell(runner, "sleep 1000");
  await runner.ready;
  assert.equal(runner.isGone, false);
  process.kill(runner.pid!, "SIGKILL");
  await assert.rejects(program.exited, {
    code: "git_failed",
    message: /The git runner exited while git was running/,
  });
  assert.equal(runner.isGone, true);
  await assert.rejects(shell(runner, "true").exited, { code: "git_failed" });
});

test("ignores another process's connection to a program's input", async (t) => {
  const runner = startRunner(t);
  await runner.ready;
  const names = readFileSync("/proc/net/unix", "utf8").match(/@tembo-git-[0-9a-f]{32}/g) ?? [];
  for (const name of names) {
    const socket = connect({ path: `\0${name.slice(1)}` });
    socket.on("error", () => {});
    socket.write(`${"0".repeat(32)} 00000000001 0\n`);
  }
  const program = shell(runner, "cat");
  program.stdin!.end("mine");
  assert.equal(await text(program.stdout), "mine");
  assert.equal(await program.exited, 0);
});

test("a program that is killed before it starts leaves no connection open", async (t) => {
  const runner = startRunner(t);
  assert.equal(await start(runner, { argv: ["true"] }).exited, 0);
  const descriptors = () => readdirSync(`/proc/${runner.pid}/fd`).length;
  const before = descriptors();
  const isGone = async () => {
    // The runner responds only after it has processed everything that it received before.
    for (let round = 0; round < 100; round++) {
      assert.equal(await start(runner, { argv: ["true"] }).exited, 0);
      if (descriptors() <= before + 2) return true;
    }
    return false;
  };
  const killed = Array.from({ length: 50 }, () => {
    const program = shell(runner, "cat");
    program.kill();
    return program.exited;
  });
  assert.deepEqual(new Set(await Promise.all(killed)), new Set([null]));
  assert.ok(await isGone());
  const kept = Array.from({ length: 5 }, () => shell(runner, "cat"));
  assert.equal(await isGone(), false, "control: running programs keep their connections");
  for (const program of kept) program.kill();
  await Promise.all(kept.map(({ exited }) => exited));
});

test("reports why the runner could not be started", async () => {
  const runner = new GitRunner("/missing/perl", false, null);
  const program = shell(runner, "true");
  const expected = { code: "git_failed", message: /^The git runner could not be started: .*ENOENT/ };
  await assert.rejects(program.exited, expected);
  await assert.rejects(runner.ready, expected);
  assert.equal(runner.isGone, true);
});
