import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type TestContext, test } from "node:test";
import type { ForwardedConnection, Sandbox, SandboxLimits } from "../../core/turns/index.ts";
import { pollUntil } from "../../runtime/poll-until.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { hasRunsc } from "../runsc/testing/has-runsc.ts";
import { afterwards } from "../testing/afterwards.ts";
import { listenInside } from "../testing/listen-inside.ts";
import { makeProvider } from "../testing/make-provider.ts";
import { countInside, firstLine, makeDataDir, run, shell, specOf } from "../testing/run-in-sandbox.ts";
import { answerForwarded } from "../testing/serve-forwarded.ts";

const isRoot = process.getuid!() === 0;
const ptrace = process.arch === "x64" ? 101 : 117;
const never = new AbortController().signal;

/** Perl script that tries to read, stop, trace and kill a process, and prints what succeeded. */
const attack = `
  my $pid = shift; my @done;
  push @done, 'read' if open my $memory, '<', "/proc/$pid/mem";
  push @done, 'opened' if open my $descriptor, '+<', "/proc/$pid/fd/3";
  kill 'STOP', $pid; select undef, undef, undef, 0.1;
  open my $stat, '<', "/proc/$pid/stat"; push @done, 'stopped' if <$stat> =~ /\\) T/;
  kill 'CONT', $pid;
  if (syscall(${ptrace}, 0x4206, $pid + 0, 0, 0) != -1) { push @done, 'traced'; syscall(${ptrace}, 17, $pid + 0, 0, 0) }
  kill 'KILL', $pid; select undef, undef, undef, 0.1;
  push @done, 'killed' if !open($stat, '<', "/proc/$pid/stat") || <$stat> =~ /\\) Z/;
  print "@done";`;

/** Registers a test for each sandbox that has an init. */
function testEach(sentence: string, body: (t: TestContext, name: string) => Promise<void>): void {
  for (const name of ["bubblewrap", "runsc"]) {
    const skip = name === "runsc" && (!hasRunsc || !isRoot) && "needs root and runsc";
    test(`${name}: ${sentence}`, { skip, timeout: 60_000 }, (t) => body(t, name));
  }
}

testEach("programs cannot kill, stop, trace or read init", async (t, name) => {
  const { sandbox } = await setUp(t, name);
  const other = sandbox.spawn({ argv: ["sh", "-c", "echo $$; exec cat"], cwd: "/", env: {} }, never);
  const pid = await firstLine(other);
  assert.equal((await run(sandbox, ["perl", "-e", attack, "1"])).stdout, "");
  const { stdout } = await run(sandbox, ["perl", "-e", attack, pid]);
  const expected = name === "runsc" ? "stopped killed" : "read stopped traced killed";
  assert.equal(stdout, expected, "control: the same attack on another program");
});

testEach("a program that kills or stops its supervisor leaves no process behind", async (t, name) => {
  const { sandbox } = await setUp(t, name);
  for (const signal of ["KILL", "STOP"]) {
    const token = randomUUID();
    const abort = new AbortController();
    // The daemon escapes from the program's process group and session.
    const script = `(setsid sh -c 'tail -f /dev/null "$1"' sh "$1" >/dev/null &); kill -${signal} $PPID; echo up; exec tail -f /dev/null "$1" >/dev/null`;
    const program = sandbox.spawn(
      { argv: ["sh", "-c", script, "sh", token], cwd: "/", env: {} },
      abort.signal,
    );
    if (name === "bubblewrap" && signal === "KILL") program.stdout.resume();
    else {
      assert.equal(await firstLine(program), "up");
      assert.ok((await countInside(sandbox, token)) > 0, "control");
      abort.abort();
    }
    assert.deepEqual(await program.exited, { code: null, signal: "SIGKILL" });
    assert.equal(await countInside(sandbox, token), 0);
  }
});

test("init is readable by programs if it remains dumpable (control)", async (t) => {
  const { sandbox } = await setUp(t, "bubblewrap", {}, (text) =>
    text.replace("syscall $call->{prctl}, 4, 0, 0, 0, 0;", ""),
  );
  assert.match((await run(sandbox, ["perl", "-e", attack, "1"])).stdout, /^read.* traced$/);
});

test("orphans of a killed supervisor survive if init does not kill them (control)", async (t) => {
  const { sandbox } = await setUp(t, "bubblewrap", {}, (text) =>
    text.replace("sub kill_orphans {", "sub kill_orphans { return 0;"),
  );
  const token = randomUUID();
  const script = `(setsid tail -f /dev/null "$1" >/dev/null &); echo up; kill -KILL $PPID; exec tail -f /dev/null "$1"`;
  const program = sandbox.spawn({ argv: ["sh", "-c", script, "sh", token], cwd: "/", env: {} }, never);
  assert.equal(await firstLine(program), "up");
  await program.exited;
  assert.ok((await countInside(sandbox, token)) > 0);
});

test("daemons of different programs are mixed up without supervisors that adopt them (control)", async (t) => {
  const { sandbox } = await setUp(t, "bubblewrap", {}, (text) =>
    text.replace("syscall $call->{prctl}, 36, 1, 0, 0, 0;", ""),
  );
  const token = randomUUID();
  // Only the daemon still has the token in its command line when "up" is printed.
  const script = `(setsid tail -f /dev/null "$1" >/dev/null &); exec sh -c "echo up; exec cat"`;
  const program = sandbox.spawn({ argv: ["sh", "-c", script, "sh", token], cwd: "/", env: {} }, never);
  assert.equal(await firstLine(program), "up");
  assert.equal(await countInside(sandbox, token), 1);
  assert.equal(await countInside(sandbox, token), 0, "the end of the first count has killed the daemon");
});

test("ends a fork bomb that was aborted, and keeps other programs running", {
  timeout: 60_000,
}, async (t) => {
  const { sandbox } = await setUp(t, "bubblewrap", { processes: 200 });
  const other = sandbox.spawn({ argv: ["sh", "-c", "echo up; exec cat"], cwd: "/", env: {} }, never);
  assert.equal(await firstLine(other), "up");
  const token = randomUUID();
  const abort = new AbortController();
  const bomb = '$| = 1; fork; print "up\\n"; while (1) { fork; setpgrp }';
  const program = sandbox.spawn({ argv: ["perl", "-e", bomb, token], cwd: "/", env: {} }, abort.signal);
  let printed = "";
  program.stdout.on("data", (chunk) => {
    printed += chunk;
  });
  assert.ok(await waitUntil(() => printed === "up\nup\n", 30_000), "control: the bomb has forked");
  abort.abort();
  assert.deepEqual(await program.exited, { code: null, signal: "SIGKILL" });
  assert.equal(await countInside(sandbox, token), 0);
  other.stdin.end();
  assert.deepEqual(await other.exited, { code: 0, signal: null });
});

test("ends a program that forks and exits all the time, at the latest with the sandbox", {
  timeout: 60_000,
}, async (t) => {
  const { sandbox } = await setUp(t, "bubblewrap");
  const token = randomUUID();
  const abort = new AbortController();
  const comet = "$| = 1; print qq(up\\n); while (1) { exit if fork; setpgrp }";
  const program = sandbox.spawn({ argv: ["perl", "-e", comet, token], cwd: "/", env: {} }, abort.signal);
  assert.equal(await firstLine(program), "up");
  abort.abort();
  await program.exited;
  assert.equal(await countInside(sandbox, token), 0);
});

test("ends the sandbox if a process of an ended program cannot be killed", async (t) => {
  const { sandbox } = await setUp(t, "bubblewrap", {}, (text) =>
    text.replace("kill 'KILL', @alive;", "").replace("$KILLED_WITHIN = 10", "$KILLED_WITHIN = 0"),
  );
  const other = sandbox.spawn({ argv: ["cat"], cwd: "/", env: {} }, never);
  const ended = await shell(sandbox, "setsid sleep 100 & exit 7");
  assert.deepEqual([ended.code, ended.signal], [null, "SIGKILL"]);
  assert.deepEqual(await other.exited, { code: null, signal: "SIGKILL" });
  assert.equal((await run(sandbox, ["true"])).code, 0, "a new init starts");
});

test("connections of the server to ports leave the forwards usable", async (t) => {
  for (const isLimited of [true, false]) {
    const { sandbox } = await setUp(t, "bubblewrap", {}, (text) => {
      const small = text.replaceAll("10_000", "600");
      return isLimited ? small : small.replace("int($most_connections / 4)", "$most_connections");
    });
    await answerForwarded(t, sandbox.forward("model"), (_, response) => response.end("model"));
    const { port } = await listenInside(sandbox, "socket.resume()");
    const connections: ForwardedConnection[] = [];
    await assert.rejects(
      async () => {
        for (;;) connections.push(await sandbox.connect(port, never));
      },
      { code: "unavailable" },
    );
    const ask = () => run(sandbox, ["curl", "-s", "-m", "5", sandbox.modelUrl]);
    assert.equal((await ask()).stdout, isLimited ? "model" : "", isLimited ? "limited" : "control");
    for (const connection of connections) connection.destroy();
    assert.equal((await ask()).stdout, "model", "after the connections were closed");
    (await sandbox.connect(port, never)).destroy();
  }
});

test("a program of the sandbox is killed before init when memory runs out", async (t) => {
  const { sandbox } = await setUp(t, "bubblewrap");
  const score = await shell(sandbox, "cat /proc/self/oom_score_adj /proc/1/oom_score_adj");
  assert.deepEqual(score.stdout.trim().split("\n"), ["300", "0"]);
});

test("starts again after init was killed", async (t) => {
  const { sandbox, killInit } = await setUp(t, "bubblewrap");
  const program = sandbox.spawn({ argv: ["sh", "-c", "echo up; exec cat"], cwd: "/", env: {} }, never);
  assert.equal(await firstLine(program), "up");
  await killInit();
  assert.deepEqual(await program.exited, { code: null, signal: "SIGKILL" });
  // The server learns of the end a moment later. Until then, a program ends with the old init.
  const startsAgain = async () => (await run(sandbox, ["echo", "again"])).stdout === "again\n";
  assert.ok(await pollUntil(startsAgain, { every: 50, timeoutMs: 10_000 }));
});

async function setUp(
  t: TestContext,
  name: string,
  limits: Partial<SandboxLimits> = {},
  changeInit: (text: string) => string = (text) => text,
): Promise<{ sandbox: Sandbox; killInit: () => Promise<void> }> {
  const dataDir = await makeDataDir(t);
  const provider = await makeProvider(name, dataDir, { changeInit });
  const spec = specOf();
  const sandbox = await provider.create({ ...spec, limits: { ...spec.limits, ...limits } });
  afterwards(t, () => sandbox.stop());
  return { sandbox, killInit: () => provider.clear(spec.workspace.sessionId) };
}
