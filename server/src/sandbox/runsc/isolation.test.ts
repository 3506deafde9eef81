import assert from "node:assert/strict";
import { once } from "node:events";
import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { SandboxSpec } from "../../core/turns/index.ts";
import { prepareRuntime } from "../prepare-runtime.ts";
import { identify } from "../processes/process-identity.ts";
import { afterwards } from "../testing/afterwards.ts";
import { firstLine, foldersOf, makeDataDir, ownerOf, run, shell, specOf } from "../testing/run-in-sandbox.ts";
import { createRunsc, type RunscOptions } from "./create-runsc.ts";
import { findContainers } from "./find-containers.ts";
import { hasRunsc } from "./testing/has-runsc.ts";

const isRoot = process.getuid!() === 0;
const mebibyte = 1024 ** 2;
const here = { skip: !hasRunsc && "runsc is not installed", timeout: 60_000 };
const asRoot = { ...here, skip: here.skip || (!isRoot && "needs root") };

test("has its own kernel, no network and no access to the host's files", here, async (t) => {
  const { sandbox, dataDir } = await setUp(t);
  const server = createServer((socket) => socket.end("host"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const script = `
    const socket = require("node:net").connect(${(server.address() as AddressInfo).port}, "127.0.0.1");
    socket.on("error", (error) => console.log(error.code));`;
  assert.equal((await run(sandbox, ["node", "-e", script])).stdout, "ECONNREFUSED\n");
  const { stdout: version } = await run(sandbox, ["cat", "/proc/version"]);
  assert.notEqual(version, await readFile("/proc/version", "utf8"));
  const hostFile = join(dataDir, "host-file");
  await writeFile(hostFile, "of the host", { mode: 0o644 });
  for (const hidden of [hostFile, "/etc/shadow", "/root", "/var"]) {
    assert.match((await run(sandbox, ["cat", hidden])).stderr, /No such file/, hidden);
  }
  await shell(sandbox, "echo mine > mine");
  assert.equal((await run(sandbox, ["cat", "mine"])).stdout, "mine\n", "control");
});

test("programs run as the session's user, without capabilities", asRoot, async (t) => {
  const { sandbox } = await setUp(t);
  const { stdout } = await shell(sandbox, "id -u; id -G; grep ^Cap /proc/self/status");
  const [uid, groups, ...capabilities] = stdout.trim().split("\n");
  assert.equal(uid, String(ownerOf("runsc").uid));
  assert.equal(groups, String(ownerOf("runsc").gid));
  for (const line of capabilities) assert.match(line, /\t0+$/);
});

test("gVisor's processes run as a dedicated user", asRoot, async (t) => {
  const users = async (options: Partial<RunscOptions>) => {
    const { sandbox, dataDir } = await setUp(t, {}, options);
    const abort = new AbortController();
    const program = sandbox.spawn({ argv: ["sh", "-c", "echo up; cat"], cwd: "/", env: {} }, abort.signal);
    assert.equal(await firstLine(program), "up");
    const found = await Promise.all(
      findContainers(stateFolderOf(dataDir)).map(async ({ pid }) => ({
        name: (await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0")[0]!,
        uid: Number(/^Uid:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, "utf8"))![1]),
      })),
    );
    abort.abort();
    await program.exited;
    return Object.fromEntries(found.map(({ name, uid }) => [name.split("/").at(-1), uid]));
  };
  assert.deepEqual(await users({}), { runsc: 0, "runsc-gofer": 350_001, "runsc-sandbox": 350_001 });
  assert.deepEqual(
    await users({ hasOwnUsers: false }),
    { runsc: 0, "runsc-gofer": 0, "runsc-sandbox": 0 },
    "control",
  );
});

test("cannot truncate files to which it has only read access", asRoot, async (t) => {
  const empty = async (options: Partial<RunscOptions>) => {
    const dataDir = await makeDataDir(t);
    const spec = { ...specOf(1, [join(dataDir, "tool")]), isWorkspaceReadOnly: true };
    const { workspacePath } = foldersOf(dataDir);
    for (const folder of [workspacePath, join(dataDir, "tool")]) {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, "file"), "before");
      for (const path of [folder, join(folder, "file")]) await chmod(path, 0o777);
    }
    const { sandbox } = await setUp(t, spec, options, dataDir);
    const script =
      ': > file; : > "$1/file"; python3 -c "import os; os.open(\'file\', os.O_RDONLY | os.O_TRUNC)"';
    await shell(sandbox, script, join(dataDir, "tool"));
    const read = (folder: string) => readFile(join(folder, "file"), "utf8");
    return [await read(workspacePath), await read(join(dataDir, "tool"))];
  };
  assert.deepEqual(await empty({}), ["before", "before"]);
  // The result is only reported, because newer gVisor releases may not need the guard.
  const without = await empty({ hasReadOnlyMounts: false });
  t.diagnostic(`control: without the read-only mounts, the files contain ${JSON.stringify(without)}`);
});

test("enforces the disk limit, and reports it", here, async (t) => {
  const limits = { ...specOf().limits, diskBytes: 64 * mebibyte };
  const write = (path: string) => `head -c 40M /dev/zero > ${path}`;
  const { sandbox } = await setUp(t, { limits });
  const { code } = await shell(sandbox, `${write("one")}; ${write('"$HOME/two"')}; tail -f /dev/null`);
  assert.equal(code, null);
  assert.match(sandbox.limitReached()!, /^The disk limit of 64 MB for the session's files is reached/);
  await sandbox.stop();
  const large = await setUp(t);
  assert.equal((await shell(large.sandbox, `${write("one")}; ${write('"$HOME/two"')}`)).code, 0, "control");
  assert.equal(large.sandbox.limitReached(), null);
  // Measures the file on the host, because the disk watch may stop the sandbox as soon as the file reaches that size.
  const single = await setUp(t, { limits });
  await shell(single.sandbox, "head -c 65M /dev/zero > one");
  const { size } = await stat(join(foldersOf(single.dataDir).workspacePath, "one"));
  assert.equal(size, 64 * mebibyte, "the file stops at the limit");
});

test("kills the whole sandbox if it uses too much memory, and reports the limit", here, async (t) => {
  const bomb = [
    "perl",
    "-e",
    "$x .= 'x' x 1_000_000 while length $x < 400_000_000; print 'survived'",
  ] as const;
  const limits = { ...specOf().limits, memoryBytes: 256 * mebibyte };
  const { sandbox } = await setUp(t, { limits });
  const { code, signal, stdout } = await run(sandbox, [...bomb]);
  assert.deepEqual({ code, signal, stdout }, { code: null, signal: "SIGKILL", stdout: "" });
  assert.match(sandbox.limitReached()!, /memory limit of 256 MiB/);
  assert.equal((await run((await setUp(t)).sandbox, [...bomb])).stdout, "survived", "control");
});

test("kills the sandbox if a fork bomb reaches the process limit", here, async (t) => {
  const bomb = [
    "perl",
    "-e",
    "for (1 .. 200) { my $p = fork; exit 9 if !defined $p; sleep 100 if !$p } print 'all'",
  ] as const;
  const limits = { ...specOf().limits, processes: 128 };
  const { sandbox } = await setUp(t, { limits });
  const ended = await run(sandbox, [...bomb]);
  assert.notEqual(ended.stdout, "all");
  assert.match(sandbox.limitReached()!, /limit of 128 processes/);
  const large = await setUp(t, { limits: { ...limits, processes: 2_000 } });
  assert.equal((await run(large.sandbox, [...bomb])).stdout, "all", "control");
});

test("leaves no process and no gVisor state behind", here, async (t) => {
  const { sandbox, dataDir } = await setUp(t);
  assert.equal((await run(sandbox, ["true"])).code, 0);
  const program = sandbox.spawn(
    { argv: ["sh", "-c", "echo up; cat"], cwd: "/", env: {} },
    new AbortController().signal,
  );
  assert.equal(await firstLine(program), "up");
  const folder = stateFolderOf(dataDir);
  const running = findContainers(folder);
  assert.ok(running.length >= 3, "control: the monitor, the gofer and the sentry are running");
  assert.equal((await readdir(folder)).length, 1, "control");
  await sandbox.stop();
  assert.deepEqual(running.map(({ pid }) => identify(pid)).filter(Boolean), []);
  assert.deepEqual(await readdir(folder), []);
});

function stateFolderOf(dataDir: string): string {
  return join(dataDir, "sessions", "session-1", "sandbox", "runsc");
}

async function setUp(
  t: TestContext,
  changes: Partial<SandboxSpec> = {},
  options: Partial<RunscOptions> = {},
  folder?: string,
) {
  const dataDir = folder ?? (await makeDataDir(t));
  const log = { info() {}, warn() {}, error() {} };
  const nodeBinary = await prepareRuntime(dataDir);
  const provider = createRunsc({ dataDir, nodeBinary, uidBase: 300_000, log, ...options });
  const sandbox = await provider.create({ ...specOf(), ...changes });
  afterwards(t, () => sandbox.stop());
  return { sandbox, dataDir };
}
