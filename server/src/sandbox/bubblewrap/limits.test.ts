import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Measurement } from "../../core/base/index.ts";
import type { SandboxLimits } from "../../core/turns/index.ts";
import { findControllers } from "../cgroup/find-controllers.ts";
import { openParents } from "../cgroup/open-parents.ts";
import { afterwards } from "../testing/afterwards.ts";
import { makeProvider } from "../testing/make-provider.ts";
import { firstLine, makeDataDir, run, shell, specOf } from "../testing/run-in-sandbox.ts";

const { problems } = openParents("tembo-test-server");
const withGroups = { skip: problems.size > 0 && [...problems].join("; "), timeout: 60_000 };
const megabyte = 1024 ** 2;

test("kills a program that uses too much memory, and reports the limit", withGroups, async (t) => {
  const bomb = [
    "perl",
    "-e",
    "$x .= 'x' x 1_000_000 while length $x < 300_000_000; print 'survived'",
  ] as const;
  const { sandbox, measured } = await makeSandbox(t, { memoryBytes: 128 * megabyte });
  assert.equal(sandbox.limitReached(), null);
  const { code, signal, stdout } = await run(sandbox, [...bomb]);
  assert.deepEqual({ code, signal, stdout }, { code: null, signal: "SIGKILL", stdout: "" });
  const message = /memory limit of 128 MiB.*larger sandbox size/;
  assert.match(sandbox.limitReached()!, message);
  await sandbox.stop();
  assert.match(sandbox.limitReached()!, message, "the limit is still reported after the sandbox has stopped");
  await sandbox.stop();
  assert.deepEqual(measured, [{ kind: "limitReached", limit: "memory" }], "also after a second stop");
  const { sandbox: large, measured: ofLarge } = await makeSandbox(t, { memoryBytes: 2_000 * megabyte });
  assert.equal((await run(large, [...bomb])).stdout, "survived", "control");
  assert.equal(large.limitReached(), null);
  await large.stop();
  assert.deepEqual(ofLarge, [], "control");
});

test("counts files in /tmp as memory, and limits the size of /dev/shm and /run", withGroups, async (t) => {
  const { sandbox } = await makeSandbox(t, { memoryBytes: 200 * megabyte });
  const fill = (path: string, megabytes: number) =>
    shell(sandbox, `head -c ${megabytes}M /dev/zero > ${path}/x; rm ${path}/x`);
  for (const folder of ["/dev/shm", "/run"]) {
    assert.match((await fill(folder, 70)).stderr, /No space left/, folder);
    assert.equal((await fill(folder, 50)).stderr, "", "control");
  }
  assert.notEqual((await shell(sandbox, "head -c 300M /dev/zero > /tmp/x")).code, 0);
  assert.match(sandbox.limitReached()!, /memory limit/);
});

test("counts the buffers of loopback connections as memory", withGroups, async (t) => {
  const queue = `use Socket; socket(my $l, 2, 1, 0); bind $l, pack_sockaddr_in(9999, inet_aton("127.0.0.1")); listen $l, 100;
    for (1 .. 40) { socket(my $c, 2, 1, 0); connect $c, pack_sockaddr_in(9999, inet_aton("127.0.0.1")) or last; accept my $a, $l;
    fcntl $c, 4, 2048; push @keep, $a, $c; while (my $n = syswrite $c, "x" x 65536) { $total += $n } } print $total >> 20`;
  const queued = async (memoryBytes: number) => {
    const { sandbox } = await makeSandbox(t, { memoryBytes });
    return Number((await run(sandbox, ["perl", "-e", queue])).stdout || 0);
  };
  assert.ok((await queued(64 * megabyte)) < 64);
  assert.ok((await queued(4_000 * megabyte)) > 64, "control");
});

test("limits the number of processes, and reports the limit", withGroups, async (t) => {
  const bomb = [
    "perl",
    "-e",
    "for (1 .. 100) { my $p = fork; if (!defined $p) { print $! + 0; exit } sleep 100 if !$p } print 'all'",
  ] as const;
  const { sandbox, measured } = await makeSandbox(t, { processes: 64 });
  assert.equal((await run(sandbox, [...bomb])).stdout, "11", "EAGAIN");
  assert.match(sandbox.limitReached()!, /64 processes.*TEMBO_SANDBOX_MAX_PROCESSES/);
  await sandbox.stop();
  assert.deepEqual(measured, [{ kind: "limitReached", limit: "processes" }]);
  const { sandbox: large } = await makeSandbox(t, { processes: 512 });
  assert.equal((await run(large, [...bomb])).stdout, "all", "control");
  assert.equal(large.limitReached(), null);
});

test("shares one process limit among all programs in the sandbox", withGroups, async (t) => {
  const { sandbox } = await makeSandbox(t, { processes: 64 });
  const start = "for (1 .. 25) { my $p = fork; if (!defined $p) { print $! + 0; exit } sleep 100 if !$p }";
  const attempt = async () => (await run(sandbox, ["perl", "-e", `${start} print 'all'`])).stdout;
  assert.equal(await attempt(), "all", "control");
  for (const name of ["first", "second"]) {
    const argv = ["perl", "-e", `${start} $| = 1; print qq(${name}\\n); <STDIN>`] as const;
    const holding = sandbox.spawn({ argv, cwd: "/", env: {} }, new AbortController().signal);
    assert.equal(await firstLine(holding), name);
  }
  assert.equal(sandbox.limitReached(), null, "control");
  assert.equal(await attempt(), "11", "EAGAIN");
  assert.match(sandbox.limitReached()!, /64 processes/);
});

test("sets the CPU limit for all programs", withGroups, async (t) => {
  const { sandbox } = await makeSandbox(t, { cpus: 0.5 });
  const idle = ownGroups("cpu");
  assert.deepEqual(idle, [], "an unused sandbox leaves no groups");
  await run(sandbox, ["true"]);
  const group = ownGroups("cpu")[0]!;
  const { version } = findControllers().get("cpu")!;
  const read = (file: string) => readFileSync(join(group, file), "utf8").trim();
  if (version === 2) assert.equal(read("cpu.max"), "50000 100000");
  else assert.deepEqual([read("cpu.cfs_quota_us"), read("cpu.cfs_period_us")], ["50000", "100000"]);
  const program = sandbox.spawn(
    { argv: ["sh", "-c", "sleep 100 & echo up; wait"], cwd: "/", env: {} },
    new AbortController().signal,
  );
  assert.equal(await firstLine(program), "up");
  for (const resource of ["memory", "processes", "cpu"] as const) {
    const pids = readFileSync(join(ownGroups(resource)[0]!, "cgroup.procs"), "utf8")
      .trim()
      .split("\n");
    assert.ok(pids.length >= 5, `the group has all processes: ${pids}`);
    assert.ok(!pids.includes(String(process.pid)));
  }
});

test("limits the size of files, and disables core dumps", async (t) => {
  const { sandbox } = await makeSandbox(t, { diskBytes: megabyte });
  const { stdout } = await shell(sandbox, "ulimit -c; ulimit -Hc; head -c 2M /dev/zero > file; wc -c < file");
  assert.deepEqual(stdout.split("\n"), ["0", "0", "1048576", ""]);
});

test("removes control groups that a dead server left behind", withGroups, async (t) => {
  const dataDir = await makeDataDir(t);
  const script = fileURLToPath(new URL("../testing/leave-behind.ts", import.meta.url));
  const server = spawn(process.execPath, [script, "bubblewrap", dataDir, randomUUID()], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(server.stdout, "data");
  const left = ownGroups("processes", server.pid);
  assert.equal(left.length, 1, "control");
  server.kill("SIGKILL");
  await once(server, "exit");
  assert.ok(existsSync(left[0]!), "control");
  const provider = await makeProvider("bubblewrap", dataDir);
  const sandbox = await provider.create(specOf(2));
  assert.deepEqual(ownGroups("processes", server.pid), []);
  assert.equal((await run(sandbox, ["true"])).code, 0);
  await sandbox.stop();
});

function ownGroups(resource: "memory" | "processes" | "cpu", pid = process.pid): string[] {
  const { ownPath } = findControllers().get(resource)!;
  return readdirSync(ownPath)
    .filter((name) => name.startsWith("tembo-") && name.includes(`.${pid}.`))
    .map((name) => join(ownPath, name));
}

async function makeSandbox(t: TestContext, limits: Partial<SandboxLimits>) {
  const dataDir = await makeDataDir(t);
  const measured: Measurement[] = [];
  const measure = (one: Measurement) => void measured.push(one);
  const provider = await makeProvider("bubblewrap", dataDir, { measure });
  const spec = specOf();
  const sandbox = await provider.create({ ...spec, limits: { ...spec.limits, ...limits } });
  afterwards(t, () => sandbox.stop());
  return { sandbox, dataDir, measured };
}
