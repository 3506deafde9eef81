import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { pollUntil } from "../runtime/poll-until.ts";
import type { StarterInput } from "./frames.ts";
import { Starter } from "./starter.ts";

const env = { PATH: "/usr/bin:/bin", LC_ALL: "C" };
const isRoot = process.getuid!() === 0;

function startStarter(t: TestContext): Starter {
  const starter = new Starter("/usr/bin/perl");
  t.after(() => starter.stop());
  return starter;
}

type Changes = Partial<Omit<StarterInput, "streams">>;

const shell = (starter: Starter, script: string, more: Changes = {}, ...args: string[]) =>
  starter.start({ argv: ["sh", "-c", script, "sh", ...args], env, ...more, streams: [1, 2] });

/** Returns the output, the error output and the exit status of a program with these two streams. */
async function run(starter: Starter, script: string, more: Changes = {}) {
  const { streams, ended } = shell(starter, script, more);
  const [output, errors, end] = await Promise.all([text(streams[0]!), text(streams[1]!), ended]);
  return { output, errors, end };
}

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "tembo-starter-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("passes arguments and environment to a program, and returns its process, output and exit code", async (t) => {
  const odd = "a b\n\"'$(id)\\ é";
  const program = shell(startStarter(t), 'printf "%s|" "$@" "$LC_ALL"; echo $$ >&2; exit 7', {}, odd, "");
  const [output, errors] = await Promise.all(program.streams.map((stream) => text(stream)));
  assert.equal(output, `${odd}||C|`);
  const found = await program.process;
  assert.equal(String(found?.pid), errors!.trim());
  assert.match(found!.startTime, /^\d+$/);
  assert.deepEqual(await program.ended, { code: 7, signal: null });
});

test("carries data in both directions at any descriptor, and opens files at others", async (t) => {
  const file = join(makeFolder(t), "file");
  writeFileSync(file, "hello");
  const program = startStarter(t).start({
    argv: ["sh", "-c", "cat <&9 >&9; cat <&5 >&1; echo '|end' >&1"],
    env,
    streams: [9, 1],
    files: [{ descriptor: 5, path: file }],
  });
  const sent = randomBytes(3 * 1024 ** 2);
  program.streams[0]!.end(sent);
  const received = new Promise<Buffer>((resolve) => {
    let bytes = Buffer.alloc(0);
    program.streams[0]!.on("data", (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length === sent.length) resolve(bytes);
    });
  });
  assert.ok((await received).equals(sent));
  assert.equal(await text(program.streams[1]!), "hello|end\n");
  assert.deepEqual(await program.ended, { code: 0, signal: null });
});

test("gives a program only its own descriptors", async (t) => {
  const folder = makeFolder(t);
  // The starter inherits a descriptor that the server has from its own parent.
  const script = `exec 47>${folder}/inherited; exec "$0" "$1"`;
  const host = fileURLToPath(new URL("testing/list-descriptors.ts", import.meta.url));
  const server = spawn("bash", ["-c", script, process.execPath, host], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const { own, program } = JSON.parse(await text(server.stdout));
  assert.deepEqual(program, ["0", "1"]);
  assert.ok(own.includes("47"), "control: the server has more");
});

test("blocks a program whose output is not read", async (t) => {
  const done = join(makeFolder(t), "done");
  const starter = startStarter(t);
  const program = shell(starter, `head -c 50000000 /dev/zero; touch ${done}`);
  await once(program.streams[0]!, "readable");
  assert.deepEqual((await run(starter, "head -c 50000000 /dev/zero | cat > /dev/null")).end, {
    code: 0,
    signal: null,
  });
  assert.ok(!existsSync(done));
  for (const stream of program.streams) stream.resume();
  await program.ended;
  assert.ok(existsSync(done), "control");
});

test("killing a program also kills every program in its group", async (t) => {
  const program = shell(startStarter(t), "sleep 1000 & echo $!; wait");
  const [chunk] = await once(program.streams[0]!, "data");
  const child = Number(String(chunk));
  // The output ends when the last process that holds it has ended.
  const outputEnds = once(program.streams[0], "end");
  assert.equal(process.kill(child, 0), true, "control");
  program.kill();
  assert.deepEqual(await program.ended, { code: null, signal: "SIGKILL" });
  await outputEnds;
  program.kill();
});

test("does not wait for the streams of a program that was killed before it opened them", async (t) => {
  const starter = startStarter(t);
  // Without time, such a wait would never end.
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const programs = Array.from({ length: 20 }, () => shell(starter, "sleep 1000"));
  for (const program of programs) program.kill();
  const killed = { code: null, signal: "SIGKILL" };
  for (const { ended, streams } of programs) {
    assert.deepEqual(await ended, killed);
    assert.equal(await text(streams[0]), "");
  }
});

test("does not start a program whose control group, limit, file or folder cannot be set", async (t) => {
  const starter = startStarter(t);
  const missing = join(makeFolder(t), "missing");
  const group = (isOptional: boolean) => ({
    groups: { folders: [], settings: [{ path: join(missing, "cgroup.procs"), value: "0", isOptional }] },
  });
  const expected = [
    [group(false), 125, /missing\/cgroup.procs: No such file/],
    [{ groups: { folders: [join(missing, "group")], settings: [] } }, 125, /missing\/group: No such file/],
    [{ recordPrefix: join(missing, "boot-") }, 125, /missing\/boot-: No such file/],
    [{ files: [{ descriptor: 3, path: missing }] }, 125, /missing: No such file/],
    [{ cwd: missing }, 126, /missing: No such file/],
    [{ argv: [missing] }, 127, /missing: No such file/],
  ] as const;
  for (const [input, code, message] of expected) {
    const { output, errors, end } = await run(starter, "echo ran", input);
    assert.deepEqual([output, end], ["", { code, signal: null }]);
    assert.match(errors, message);
  }
  assert.equal((await run(starter, "echo ran", group(true))).output, "ran\n", "control: it is optional");
});

test("creates control groups, writes their settings in order and records the process before the program starts", async (t) => {
  const folder = makeFolder(t);
  const group = join(folder, "group");
  const settings = ["max", "procs"].map((name) => ({
    path: join(group, name),
    value: `${name}|`,
    isOptional: false,
  }));
  const groups = { folders: [group], settings };
  const starter = startStarter(t);
  const program = shell(starter, `cat ${group}/*; ls ${folder}`, {
    groups,
    recordPrefix: join(folder, "boot-"),
  });
  const output = await text(program.streams[0]!);
  const { pid, startTime } = (await program.process)!;
  assert.equal(output, `max|procs|boot-${pid}-${startTime}\ngroup\n`);
  assert.equal((await run(starter, "echo again", { groups })).output, "again\n", "the folder may exist");
});

test("lowers the priority and the limits of a program", async (t) => {
  const starter = startStarter(t);
  const script = "nice; ulimit -v; ulimit -f; ulimit -c";
  const limited = { niceness: 19, maxMemoryBytes: 64 * 1024 ** 2, maxFileBytes: 1024 ** 2 };
  assert.equal((await run(starter, script, limited)).output, "19\n65536\n2048\n0\n");
  assert.match((await run(starter, script)).output, /^0\nunlimited\n/, "control");
});

test("runs a program as another user, in a folder of this user", {
  skip: !isRoot && "needs root",
}, async (t) => {
  const starter = startStarter(t);
  const user = { uid: 4343, gid: 4344 };
  const look = "id -u; id -g; id -G; pwd";
  assert.equal((await run(starter, look, { user, cwd: "/usr" })).output, "4343\n4344\n4344\n/usr\n");
  assert.match((await run(starter, look)).output, /^0\n/, "control");
});

test("programs end with an error when the starter exits, and the starter is reported as gone", async (t) => {
  const starter = startStarter(t);
  const program = shell(starter, "echo up; exec sleep 1000");
  await once(program.streams[0]!, "data");
  const { pid } = (await program.process)!;
  assert.equal(starter.isGone, false);
  process.kill(starter.pid!, "SIGKILL");
  const end = await program.ended;
  assert.match(end instanceof Error ? end.message : "", /the process that starts programs has exited/);
  assert.equal(starter.isGone, true);
  assert.ok(await pollUntil(() => !existsSync(`/proc/${pid}`), { every: 5, timeoutMs: 10_000 }));
  const late = shell(starter, "true");
  assert.ok((await late.ended) instanceof Error);
  assert.equal(await late.process, null);
});

test("the starter and its programs end when the server dies, even if the starter is stopped", async (t) => {
  const host = fileURLToPath(new URL("testing/start-endless-program.ts", import.meta.url));
  const server = spawn(process.execPath, [host], { stdio: ["pipe", "pipe", "inherit"] });
  t.after(() => server.kill("SIGKILL"));
  const [chunk] = await once(server.stdout, "data");
  const { starter, program } = JSON.parse(String(chunk));
  process.kill(starter, "SIGSTOP");
  const areGone = () => [starter, program].every((pid) => !existsSync(`/proc/${pid}`));
  assert.equal(areGone(), false, "control");
  server.kill("SIGKILL");
  assert.ok(await pollUntil(areGone, { every: 5, timeoutMs: 10_000 }));
});

test("ignores another process's connection to a program's stream", async (t) => {
  const starter = startStarter(t);
  const program = starter.start({ argv: ["cat"], env, streams: [0, 1] });
  await program.process;
  const names = readFileSync("/proc/net/unix", "utf8").match(/@tembo-starter-[0-9a-f]{32}/g) ?? [];
  assert.ok(names.length > 0);
  for (const name of names) {
    const socket = connect({ path: `\0${name.slice(1)}` });
    socket.on("error", () => {});
    socket.end(`${"0".repeat(32)}not mine`);
  }
  program.streams[0]!.end("mine");
  assert.equal(await text(program.streams[1]!), "mine");
  await program.ended;
});

test("closes the connections of ended programs, even with unread output", async (t) => {
  const starter = startStarter(t);
  const descriptors = () => readdirSync("/proc/self/fd").length;
  const runTwo = () => Promise.all([run(starter, "echo out"), shell(starter, "echo out").ended]);
  await runTwo();
  const before = descriptors();
  for (let round = 0; round < 20; round++) await runTwo();
  assert.ok(descriptors() <= before + 4, `the number of descriptors grew from ${before} to ${descriptors()}`);
  const kept = Array.from({ length: 5 }, () => shell(starter, "echo up; exec sleep 1000"));
  await Promise.all(kept.map(({ streams }) => once(streams[0], "data")));
  assert.ok(descriptors() > before + 4, "control: running programs keep their connections");
  const ofStarter = readdirSync(`/proc/${starter.pid}/fd`).length;
  assert.ok(ofStarter <= 8, `the starter has ${ofStarter} descriptors`);
  for (const program of kept) program.kill();
  await Promise.all(kept.map(({ ended }) => ended));
});

test("reports why the starter or a program could not be started", async (t) => {
  const starter = new Starter("/missing/perl");
  const end = await shell(starter, "true").ended;
  assert.match(end instanceof Error ? end.message : "", /ENOENT/);
  assert.equal(starter.isGone, true);
  assert.throws(() => shell(startStarter(t), "a\0b"), TypeError);
});

test("ends a stream whose connection never arrives when its program has ended", async (t) => {
  const program = shell(startStarter(t), "exit 3");
  // A reader that comes late still gets the end.
  assert.deepEqual(await program.ended, { code: 3, signal: null });
  assert.equal(await text(program.streams[0] as Readable), "");
});
