import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { afterwards } from "../testing/afterwards.ts";
import { makeProvider } from "../testing/make-provider.ts";
import {
  countProcesses,
  foldersOf,
  makeDataDir,
  ownerOf,
  run,
  shell,
  specOf,
} from "../testing/run-in-sandbox.ts";

const runOutside = promisify(execFile);
const isRoot = process.getuid!() === 0;
const asRoot = { skip: !isRoot && "needs root" };

test("cannot reach a port on the host, and has no network device except loopback", async (t) => {
  const { sandbox } = await setUp(t);
  const server = createServer((socket) => socket.end("host"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const script = `
    const socket = require("node:net").connect(${(server.address() as AddressInfo).port}, "127.0.0.1");
    socket.on("data", (chunk) => console.log("got " + chunk));
    socket.on("error", (error) => console.log(error.code));`;
  assert.equal((await run(sandbox, ["node", "-e", script])).stdout, "ECONNREFUSED\n");
  assert.equal((await runOutside(process.execPath, ["-e", script])).stdout, "got host\n", "control");
  const { stdout: devices } = await run(sandbox, ["cat", "/proc/net/dev"]);
  assert.deepEqual(devices.match(/\w+(?=:)/g), ["lo"]);
});

test("cannot read another session's files or the host's", async (t) => {
  const { provider, sandbox, dataDir } = await setUp(t);
  const other = await provider.create(specOf(2));
  await shell(other, "echo secret > file; chmod 644 file");
  const path = join(foldersOf(dataDir, 2).workspacePath, "file");
  assert.equal(await readFile(path, "utf8"), "secret\n", "control: the file exists");
  const hostFile = join(dataDir, "host-file");
  await writeFile(hostFile, "of the host", { mode: 0o644 });
  for (const hidden of [path, hostFile, "/etc/shadow", "/root", "/var", "/sys"]) {
    assert.match((await run(sandbox, ["cat", hidden])).stderr, /No such file/, hidden);
  }
  await shell(sandbox, "echo mine > file");
  assert.equal((await run(sandbox, ["cat", "file"])).stdout, "mine\n", "control: its own file is readable");
  await other.stop();
});

test("has its own user, which cannot read other sessions' files even on the host", asRoot, async (t) => {
  const { provider, dataDir } = await setUp(t);
  const other = await provider.create(specOf(2));
  assert.notEqual(ownerOf("bubblewrap", 1).uid, ownerOf("bubblewrap", 2).uid);
  await shell(other, "echo secret > file; chmod 644 file");
  const path = join(foldersOf(dataDir, 2).workspacePath, "file");
  const readAs = (uid: number) =>
    runOutside("setpriv", ["--reuid", `${uid}`, "--regid", `${uid}`, "--clear-groups", "cat", path]);
  await assert.rejects(readAs(ownerOf("bubblewrap", 1).uid), /Permission denied/);
  assert.equal((await readAs(ownerOf("bubblewrap", 2).uid)).stdout, "secret\n", "control");
  await other.stop();
});

test("runs without root and without capabilities, and cannot gain either", async (t) => {
  const { sandbox } = await setUp(t);
  const { stdout } = await shell(
    sandbox,
    "id -u; id -un; grep -E '^(Cap|NoNewPrivs|Groups|Uid)' /proc/self/status",
  );
  const lines = stdout.split("\n");
  assert.equal(lines[0], String(ownerOf("bubblewrap").uid));
  assert.notEqual(lines[0], "0");
  assert.equal(lines[1], "tembo");
  assert.match(stdout, /^NoNewPrivs:\s1$/m);
  for (const set of ["Inh", "Prm", "Eff", "Bnd", "Amb"]) {
    assert.match(stdout, new RegExp(`^Cap${set}:\\s0+$`, "m"));
  }
  assert.match(stdout, /^Groups:\s*(65534 ?)*$|^Groups:\s+\d+\s*$/m);
});

test("cannot see host processes", async (t) => {
  const { sandbox } = await setUp(t);
  const token = randomUUID();
  const hostProcess = execFile("tail", ["-f", "/dev/null", token]);
  t.after(() => hostProcess.kill());
  await once(hostProcess, "spawn");
  // The script receives the token in two parts, so that the search does not match the script's own arguments.
  const script = `
    const { readdirSync, readFileSync } = require("node:fs");
    const pids = readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name));
    const read = (pid) => { try { return readFileSync("/proc/" + pid + "/cmdline", "utf8") } catch { return "" } };
    console.log(pids.filter((pid) => read(pid).includes(process.argv[1] + process.argv[2])).length);`;
  const args = ["-e", script, token.slice(0, 9), token.slice(9)];
  assert.equal((await run(sandbox, ["node", ...args])).stdout, "0\n");
  assert.equal((await runOutside(process.execPath, args)).stdout, "1\n", "control");
});

test("cannot write to the system, to read-only paths or to the root directory", async (t) => {
  const dataDir = await makeDataDir(t);
  const tool = join(dataDir, "tool");
  await mkdir(tool);
  await chmod(tool, 0o777);
  const provider = await makeProvider("bubblewrap", dataDir);
  const sandbox = await provider.create(specOf(1, [tool]));
  afterwards(t, () => sandbox.stop());
  for (const folder of [tool, "/", "/usr", "/etc"]) {
    const { stderr } = await shell(sandbox, 'touch "$1/x"', folder);
    assert.match(stderr, /Read-only file system/, folder);
  }
  assert.equal((await shell(sandbox, "touch x /tmp/x /run/x $HOME/x")).code, 0, "control");
});

test("has only the devices that programs need, and cannot create others", async (t) => {
  const { sandbox } = await setUp(t);
  const { stdout } = await shell(
    sandbox,
    "ls /dev; ls /dev/shm; ls /sys /dev/mem /dev/kvm /dev/vda 2>&1 | wc -l",
  );
  const few = "core fd full null ptmx pts random shm stderr stdin stdout tty urandom zero 4";
  assert.equal(stdout.trim().split(/\s+/).join(" "), few);
  assert.match(
    (await shell(sandbox, "touch /dev/x; mknod /dev/shm/x c 1 5")).stderr,
    /Read-only.*\n.*not permitted/,
  );
  assert.equal(
    (await shell(sandbox, "touch /dev/shm/x && echo > /dev/null && tty; test -r /dev/urandom")).code,
    0,
    "control",
  );
});

test("finds no writable file in /proc that could change the host", async (t) => {
  const { sandbox } = await setUp(t);
  const script =
    "find /proc/sys /proc/sysrq-trigger /proc/irq /proc/bus /proc/kcore /proc/keys -type f -writable 2>/dev/null; echo end";
  assert.equal((await shell(sandbox, script)).stdout, "end\n");
  const { stdout } = await shell(
    sandbox,
    "find /proc/self/ -maxdepth 1 -name comm -writable; ls -d /proc/[0-9]* | wc -l",
  );
  assert.match(
    stdout,
    /^\/proc\/self\/comm\n[4-9]\n$/,
    "control: finds a writable file, and only the sandbox's own processes",
  );
});

test("passes no secret in an argument list or in bubblewrap's own environment", async (t) => {
  const { sandbox } = await setUp(t);
  const token = randomUUID();
  const abort = new AbortController();
  const program = sandbox.spawn(
    {
      argv: ["sh", "-c", 'echo "$SECRET"; cat'],
      cwd: "/",
      env: { SECRET: token, LD_PRELOAD: "/no/such.so" },
    },
    abort.signal,
  );
  const [chunk] = await once(program.stdout, "data");
  assert.equal(String(chunk), `${token}\n`, "control: the program receives the token");
  assert.equal(countProcesses(token), 0);
  const { stdout } = await shell(sandbox, "tr '\\0' '\\n' < /proc/1/environ");
  assert.doesNotMatch(stdout, /LD_PRELOAD|SECRET/);
  abort.abort();
  await program.exited;
});

test("explains on the program's stderr why the sandbox failed to start", async (t) => {
  const dataDir = await makeDataDir(t);
  const tool = join(dataDir, "tool");
  await mkdir(tool);
  const provider = await makeProvider("bubblewrap", dataDir);
  const sandbox = await provider.create(specOf(1, [tool]));
  await rm(tool, { recursive: true });
  const { code, stderr } = await run(sandbox, ["true"], { cwd: "/" });
  assert.equal(code, 1);
  assert.match(stderr, /^The sandbox could not start: bwrap: .*tool.*No such file or directory\.$/m);
  await mkdir(tool);
  assert.equal((await run(sandbox, ["true"], { cwd: "/" })).code, 0, "control");
  await sandbox.stop();
});

test("inherits no file descriptors from the server", async (t) => {
  const { dataDir } = await setUp(t);
  // At startup, Node closes inherited descriptors up to the first gap. Descriptor 200 is above a gap.
  const listDescriptors = (script: string) =>
    runOutside("bash", [
      "-c",
      'exec 200</etc/passwd; exec "$0" --input-type=module -e "$1"',
      process.execPath,
      script,
    ]);
  const inSandbox = `
    const { makeProvider } = await import(${JSON.stringify(new URL("../testing/make-provider.ts", import.meta.url))});
    const { run, specOf } = await import(${JSON.stringify(new URL("../testing/run-in-sandbox.ts", import.meta.url))});
    const provider = await makeProvider("bubblewrap", ${JSON.stringify(dataDir)});
    const sandbox = await provider.create(specOf(3));
    console.log((await run(sandbox, ["ls", "/proc/self/fd", "/proc/2/fd"])).stdout);
    await sandbox.stop();`;
  const outside = `
    const { execFileSync } = await import("node:child_process");
    console.log(execFileSync("ls", ["/proc/self/fd"]).toString());`;
  assert.doesNotMatch((await listDescriptors(inSandbox)).stdout, /^200$/m);
  assert.match((await listDescriptors(outside)).stdout, /^200$/m, "control");
});

async function setUp(t: TestContext) {
  const dataDir = await makeDataDir(t);
  const provider = await makeProvider("bubblewrap", dataDir);
  const sandbox = await provider.create(specOf());
  afterwards(t, () => sandbox.stop());
  return { dataDir, provider, sandbox };
}
