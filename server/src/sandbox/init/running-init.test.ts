import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { duplexPair, PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeFrame } from "../../runtime/encode-frame.ts";
import { pollUntil } from "../../runtime/poll-until.ts";
import type { InitEnd } from "./init-process.ts";
import { RunningInit } from "./running-init.ts";

const command = { argv: ["true"], cwd: "/", env: {} } as const;
const killed = { code: null, signal: "SIGKILL" };

test("kills a sandbox whose init sends invalid frames", async (t) => {
  for (const garbage of [
    Buffer.from("GET / HTTP/1.1\r\n\r\n"),
    encodeFrame(["hello"]),
    Buffer.alloc(100, 0xff),
  ]) {
    const { init, send, kills } = await setUp(t);
    send(encodeFrame(["ready"]));
    const program = init.start(command);
    send(garbage);
    assert.deepEqual(await program.exited, killed);
    assert.equal(kills(), 1);
    assert.ok(init.isEnding);
    await init.ended;
  }
});

test("ignores frames about programs and connections that do not exist", async (t) => {
  const { init, send, kills } = await setUp(t);
  for (const words of [["ready"], ["exit", 99, 0, ""], ["refused", 98], ["failed", 97, "no"], ["paused", 1]])
    send(encodeFrame(words));
  const program = init.start(command);
  send(encodeFrame(["exit", 1, 7, ""]));
  assert.deepEqual(await program.exited, { code: 7, signal: null });
  assert.equal(kills(), 0);
  init.kill();
  await init.ended;
});

test("reports the exit of a program only after its output, or when no client reads its output", async (t) => {
  const { init, send, folder, runs } = await setUp(t, 30_000, 30_000);
  send(encodeFrame(["ready"]));
  const [read, unread] = [init.start(command), init.start(command)];
  let output = "";
  read.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const started = await runs(2);
  const isExited = [false, false];
  // The server resets the connection of output that no client reads.
  const dial = (bytes: string) =>
    connect(join(folder, "s"))
      .on("error", () => {})
      .end(bytes);
  for (const [index, program] of [read, unread].entries()) {
    send(encodeFrame(["exit", index + 1, 0, ""]));
    void program.exited.then(() => {
      isExited[index] = true;
    });
  }
  for (const [index, [, , , stdout = "", stderr = ""]] of started.entries()) {
    dial(stderr);
    await sleep(50);
    assert.equal(isExited[index], false, "its output has not arrived");
    // More than a stream holds for a reader.
    dial(`${stdout}${index === 0 ? "late" : "x".repeat(1_000_000)}`);
  }
  await Promise.all([read.exited, unread.exited]);
  assert.equal(output, "late");
  unread.stdout.destroy();
  init.kill();
  await init.ended;
});

test("reports a program that init could not start, on its stderr", async (t) => {
  const { init, send } = await setUp(t);
  const program = init.start(command);
  send(encodeFrame(["failed", 1, "fork: Resource temporarily unavailable"]));
  assert.deepEqual(await program.exited, { code: 126, signal: null });
  assert.equal(
    await text(program.stderr),
    "The sandbox cannot run true: fork: Resource temporarily unavailable.\n",
  );
  assert.equal(await text(program.stdout), "");
  init.kill();
  await init.ended;
});

test("kills an init that does not start in time, and explains it", async (t) => {
  const { init, kills } = await setUp(t, 20);
  const program = init.start(command);
  program.stdin.write("discarded");
  assert.deepEqual(await program.exited, killed);
  assert.match(
    await text(program.stderr),
    /^The sandbox could not start: it did not start within 0.02 s\.\n$/,
  );
  assert.equal(kills(), 1);
});

test("explains with init's last message why the sandbox did not start", async (t) => {
  const { init, end, errors } = await setUp(t);
  const program = init.start(command);
  errors.write("bwrap: first\nbwrap: last\n");
  end({ code: 3, signal: null });
  assert.deepEqual(await program.exited, { code: 3, signal: null });
  assert.equal(await text(program.stderr), "The sandbox could not start: bwrap: last.\n");
  await init.ended;
});

test("ends its programs, refuses connections and removes its socket when init exits", async (t) => {
  const { init, send, end, folder } = await setUp(t);
  send(encodeFrame(["ready"]));
  send(encodeFrame(["exit", 1, 0, ""]));
  await init.start(command).exited;
  const program = init.start(command);
  const connection = assert.rejects(init.connect(80, new AbortController().signal), { code: "unavailable" });
  end({ code: 0, signal: null });
  assert.deepEqual(await program.exited, killed);
  assert.equal((await text(program.stdout)) + (await text(program.stderr)), "");
  await connection;
  await init.ended;
  assert.deepEqual(await readdir(folder), []);
});

/** Creates an init whose process is a channel of the test. */
async function setUp(t: TestContext, startsWithinMs = 30_000, streamsWithinMs = 20) {
  const folder = await mkdtemp(join(tmpdir(), "tembo-init-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [control, inside] = duplexPair();
  const frames: string[][] = [];
  let received = Buffer.alloc(0);
  inside.on("data", (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 4 && received.length >= 4 + received.readUInt32BE(0)) {
      const end = 4 + received.readUInt32BE(0);
      frames.push(received.toString("utf8", 4, end).split("\0"));
      received = received.subarray(end);
    }
  });
  const errors = new PassThrough();
  const ended = Promise.withResolvers<InitEnd>();
  let count = 0;
  const init = new RunningInit({
    process: {
      control,
      stderr: errors,
      ended: ended.promise,
      kill: () => {
        count += 1;
        ended.resolve({ code: null, signal: "SIGKILL" });
      },
    },
    settings: { architecture: "x64", user: null, streamsPath: "/s", forwards: [] },
    streamsPlace: { socketPath: join(folder, "s"), uid: process.getuid!(), gid: process.getgid!() },
    startsWithinMs,
    streamsWithinMs,
  });
  return {
    init,
    folder,
    errors,
    /** Waits for the frames of programs that the server starts. */
    runs: async (count: number) => {
      const found = () => frames.filter(([kind]) => kind === "run");
      assert.ok(await pollUntil(async () => found().length === count, { every: 5, timeoutMs: 10_000 }));
      return found();
    },
    send: (bytes: Buffer) => inside.write(bytes),
    end: ended.resolve,
    kills: () => count,
  };
}
