import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Environment, parseConfig, thisMachine } from "./config.ts";
import { reason } from "./core/base/index.ts";
import { checkCrashes } from "./doctor/check-guards.ts";
import { checkDisk } from "./doctor/check-machine.ts";
import { checkNode } from "./doctor/check-tools.ts";
import { findRunningServer } from "./doctor/running-server.ts";
import { runDoctor } from "./doctor.ts";
import { defaultSandbox } from "./sandbox/plug-ins.ts";
import { prepareRuntime } from "./sandbox/prepare-runtime.ts";

const isRoot = process.getuid?.() === 0;

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "tembo-doctor-"));
  await chmod(path, 0o755);
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Creates a PATH that contains only these programs, each a shell script. */
async function pathWith(t: TestContext, programs: Record<string, string>): Promise<string> {
  const path = await folder(t);
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(path, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return path;
}

async function examine(t: TestContext, env: Environment) {
  const dataDir = env.TEMBO_DATA_DIR ?? join(await folder(t), "data");
  const shell = { PORT: "0", TEMBO_DATA_DIR: dataDir, ...env };
  const { checks } = await runDoctor(shell, thisMachine(), findRunningServer, env.PATH?.split(":"));
  for (const check of checks)
    assert.equal(check.fix === null, check.ok, `${check.name} has a fix exactly if it fails`);
  return new Map(checks.map((check) => [check.name, check]));
}

const good = {
  git: "echo git version 2.40.1",
  flock: "echo flock from util-linux 2.41",
  bwrap: 'if [ "$1" = --version ]; then echo bubblewrap 0.12.0; else exec /usr/bin/bwrap "$@"; fi',
  setpriv: 'if [ "$1" = --version ]; then echo setpriv 2.41; else exec /usr/bin/setpriv "$@"; fi',
};

test("passes all required checks on a correctly set up machine, without creating folders", async (t) => {
  const checks = await examine(t, { PATH: await pathWith(t, good) });
  const bad = [...checks.values()].filter((check) => check.isRequired && !check.ok && check.name !== "disk");
  assert.deepEqual(bad, []);
  assert.equal(checks.get("git")?.detail, "git 2.40.1");
  assert.match(checks.get("data folder")?.detail ?? "", /can be created/);
});

test("names missing programs and the package to install", async (t) => {
  const checks = await examine(t, { PATH: await pathWith(t, {}) });
  assert.match(checks.get("git")?.fix ?? "", /apt-get install git/);
  assert.match(checks.get("bubblewrap")?.fix ?? "", /apt-get install bubblewrap/);
  assert.match(checks.get("flock")?.fix ?? "", /apt-get install util-linux/);
  if (isRoot) assert.match(checks.get("setpriv")?.fix ?? "", /apt-get install util-linux/);
});

test("reports a machine that cannot build Dockerfiles, and does not require buildah", async (t) => {
  const check = async (programs: Record<string, string>) =>
    (await examine(t, { PATH: await pathWith(t, programs) })).get("buildah");
  const missing = await check(good);
  assert.equal(missing?.isRequired, false);
  assert.match(missing?.fix ?? "", /apt-get install buildah/);
  const broken = await check({ ...good, buildah: "echo no storage >&2; exit 1" });
  assert.match(broken?.detail ?? "", /does not run: no storage/);
  assert.equal((await check({ ...good, buildah: "echo buildah version 1.39.3" }))?.ok, true, "control");
});

test("rejects a git version that is too old, and a git that does not run", async (t) => {
  for (const git of ["echo git version 2.39.5", "echo broken >&2; exit 1"]) {
    const checks = await examine(t, { PATH: await pathWith(t, { ...good, git }) });
    assert.equal(checks.get("git")?.ok, false, git);
  }
});

test("reports bubblewrap that cannot create a sandbox, and does not require it for unsafe-local", async (t) => {
  const bwrap =
    'if [ "$1" = --version ]; then echo bubblewrap 0.12.0; else echo no namespaces >&2; exit 1; fi';
  const env = { PATH: await pathWith(t, { ...good, bwrap }) };
  const check = (await examine(t, env)).get("bubblewrap");
  assert.equal(check?.ok, false);
  assert.equal(check?.isRequired, true);
  assert.match(check?.detail ?? "", /no namespaces/);
  const optional = (await examine(t, { ...env, TEMBO_SANDBOX: "unsafe-local" })).get("bubblewrap");
  assert.equal(optional?.isRequired, false);
});

test("reports the same failure as the check with which a worker starts", async (t) => {
  const refuse = `for word in "$@"; do [ "$word" != --proc ] || { echo "bwrap: Can't mount proc" >&2; exit 1; }; done`;
  for (const programs of [{ ...good, bwrap: `${refuse}\n${good.bwrap}` }, { setpriv: good.setpriv }, good]) {
    const path = await pathWith(t, programs);
    const check = (await examine(t, { PATH: path })).get("bubblewrap");
    const problem = await findWorkerProblem(t, path);
    assert.equal(check?.ok, problem === null, problem ?? "no problem");
    if (problem !== null && "bwrap" in programs) {
      assert.match(problem, /Can't mount proc/);
      assert.equal(check?.detail, problem);
    }
  }
});

test("finds the sandbox's programs in the same folders as a worker, whatever the PATH contains", async (t) => {
  const env = { PORT: "0", TEMBO_DATA_DIR: await folder(t), PATH: await pathWith(t, {}) };
  const { checks } = await runDoctor(env);
  const detail = checks.find(({ name }) => name === "bubblewrap")?.detail;
  assert.match(detail ?? "", /a trial sandbox runs/);
});

async function findWorkerProblem(t: TestContext, path: string): Promise<string | null> {
  const dataDir = await folder(t);
  const given = { dataDir, nodeBinary: await prepareRuntime(dataDir), uidBase: 300_000 };
  const log = { info() {}, warn() {}, error() {} };
  return defaultSandbox
    .create({ ...given, log, programFolders: [path] })
    .check()
    .then(() => null, reason);
}

test("rejects a bubblewrap version that is too old to limit a folder's size", async (t) => {
  const bwrap =
    'if [ "$1" = --version ]; then echo bubblewrap 0.6.1; else echo "bwrap: Unknown option --size" >&2; exit 1; fi';
  const check = (await examine(t, { PATH: await pathWith(t, { ...good, bwrap }) })).get("bubblewrap");
  assert.match(check?.detail ?? "", /0\.6\.1 is too old/);
});

test("reports a bubblewrap that cannot mount a project's system", async (t) => {
  const bwrap = good.bwrap.replace("0.12.0", "0.9.0");
  const check = async (programs: Record<string, string>) =>
    (await examine(t, { PATH: await pathWith(t, programs) })).get("systems of projects");
  const old = await check({ ...good, bwrap });
  assert.equal(old?.isRequired, false);
  assert.match(old?.detail ?? "", /bubblewrap 0\.9\.0 cannot mount/);
  assert.equal((await check(good))?.ok, true, "control");
});

test("reports whether each guard is effective, and requires none", async (t) => {
  const guardsOf = async (env: Environment) =>
    [...(await examine(t, env)).values()].filter((check) => check.name.startsWith("guard: "));
  const guards = await guardsOf({ PATH: await pathWith(t, { ...good, runsc: "echo runsc version 1" }) });
  assert.deepEqual(
    guards.map(({ name }) => name.slice(7)),
    [
      "own user",
      "host git",
      "user namespaces",
      "system call filter",
      "crashes stay inside",
      "size of /tmp, /run and /dev/shm",
      "no containers of projects",
      "memory limit",
      "process limit",
      "processor limit",
      "gVisor",
    ],
  );
  assert.ok(guards.every((guard) => !guard.isRequired));
  assert.match(guards.at(-1)!.detail, /installed: runsc version 1/);
  const broken = 'if [ "$1" = --version ]; then echo bubblewrap 0.12.0; else exit 1; fi';
  const path = await pathWith(t, { ...good, bwrap: broken });
  const without = (await guardsOf({ PATH: path })).filter((guard) => !guard.ok).map(({ name }) => name);
  for (const name of ["user namespaces", "size of /tmp, /run and /dev/shm", "gVisor"]) {
    assert.ok(without.includes(`guard: ${name}`), name);
  }
  const refusing = { PATH: path, TEMBO_CONTAINERS: "refused" };
  for (const [env, ok] of [
    [refusing, true],
    [{ PATH: path }, !isRoot],
    [{ PATH: path, TEMBO_SANDBOX: "runsc" }, true],
  ] as const) {
    const containers = (await guardsOf(env)).find(({ name }) => name === "guard: no containers of projects");
    assert.equal(containers?.ok, ok, JSON.stringify(env));
  }
  const local = await guardsOf({ PATH: path, TEMBO_SANDBOX: "unsafe-local" });
  assert.equal(local.length, 2, "one check for all guards of the sandbox, and one for host git");
  assert.deepEqual(local.map(({ name, ok }) => [name, ok]).slice(0, 1), [["guard: all guards", false]]);
});

test("reports a machine that pipes core dumps to a program", () => {
  const crashes = checkCrashes("|/usr/share/apport/apport -p%p %c");
  assert.equal(crashes.ok, false);
  assert.match(crashes.detail, /^not in effect: \/usr\/share\/apport\/apport receives .* as root$/);
  assert.equal(checkCrashes("core").ok, true);
});

test("runs the trial sandbox as the sandboxes' user", { skip: !isRoot }, async (t) => {
  const bwrap = 'if [ "$1" != --version ]; then echo "uid $(/usr/bin/id -u)" >&2; exit 1; fi';
  const path = await pathWith(t, { ...good, bwrap });
  const checks = await examine(t, { PATH: path, TEMBO_SANDBOX_UID_BASE: "123456" });
  assert.match(checks.get("bubblewrap")?.detail ?? "", /uid 123456/);
});

test("reports invalid settings with a fix, and still checks the programs", async (t) => {
  const checks = await examine(t, { PATH: await pathWith(t, good), PORT: "x" });
  assert.match(checks.get("settings")?.detail ?? "", /PORT/);
  assert.equal(checks.get("git")?.ok, true);
  assert.equal(checks.has("disk"), false);
});

test("reports a port in use", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const checks = await examine(t, { PATH: await pathWith(t, good), PORT: String(address.port) });
  assert.match(checks.get("port")?.detail ?? "", /EADDRINUSE/);
});

test("checks the settings of a running server, and does not report that server's port as in use", async (t) => {
  const port = createServer().listen(0, "0.0.0.0");
  t.after(() => port.close());
  await new Promise((resolve) => port.once("listening", resolve));
  const { port: number } = port.address() as AddressInfo;
  const env = {
    PATH: await pathWith(t, good),
    HOST: "0.0.0.0",
    PORT: String(number),
    TEMBO_DATA_DIR: await folder(t),
    ANTHROPIC_API_KEY: "hunter2",
  };
  const shell = { ...env, TEMBO_DATA_DIR: "/nowhere", ANTHROPIC_API_KEY: "" };
  const running = { pid: 42, env, config: parseConfig(env, thisMachine()) };
  const report = await runDoctor(shell, thisMachine(), async () => running);
  assert.deepEqual(report.server, { pid: 42, url: `http://127.0.0.1:${number}` });
  const byName = new Map(report.checks.map((check) => [check.name, check]));
  assert.equal(byName.has("port"), false);
  assert.equal(byName.get("data folder")?.detail, env.TEMBO_DATA_DIR);
  assert.equal(byName.get("model key anthropic")?.ok, true);
  const control = await runDoctor(shell, thisMachine(), async () => null);
  assert.equal(control.server, null);
  assert.equal(control.checks.find(({ name }) => name === "port")?.ok, false);
});

test("reports an unreachable DATABASE_URL without its password", async (t) => {
  const env = { PATH: await pathWith(t, good), DATABASE_URL: "postgresql://u:hunter2@127.0.0.1:1/x" };
  const check = (await examine(t, env)).get("database");
  assert.match(check?.detail ?? "", /cannot be reached: .*ECONNREFUSED/);
  assert.ok(!JSON.stringify(check).includes("hunter2"));
});

test("reports a data folder that other users cannot reach, and names the folder to open", {
  skip: !isRoot,
}, async (t) => {
  const closed = join(await folder(t), "closed");
  await mkdir(closed, { mode: 0o700 });
  const checks = await examine(t, { PATH: await pathWith(t, good), TEMBO_DATA_DIR: join(closed, "data") });
  assert.equal(checks.get("data folder")?.fix?.startsWith(`Run "chmod o+x ${closed}"`), true);
});

test("reports a data folder whose parent is a file", async (t) => {
  const file = join(await folder(t), "file");
  await writeFile(file, "");
  const checks = await examine(t, { PATH: await pathWith(t, good), TEMBO_DATA_DIR: join(file, "data") });
  assert.match(checks.get("data folder")?.detail ?? "", /ENOTDIR/);
  assert.equal(checks.get("disk")?.ok, false);
});

test("reports harnesses and keys by name, and never requires them", async (t) => {
  const dataDir = await folder(t);
  const env = { PATH: await pathWith(t, good), TEMBO_DATA_DIR: dataDir, ANTHROPIC_API_KEY: "hunter2" };
  const before = await examine(t, env);
  assert.equal(before.get("harness claudeCode")?.ok, false);
  assert.equal(before.get("harness claudeCode")?.isRequired, false);
  assert.equal(before.get("model key anthropic")?.detail, "set");
  assert.equal(before.get("model key openai")?.isRequired, false);
  assert.ok(!JSON.stringify([...before]).includes("hunter2"));
  await mkdir(join(dataDir, "harnesses/claudeCode@1.2.3"), { recursive: true });
  assert.equal((await examine(t, env)).get("harness claudeCode")?.detail, "claudeCode@1.2.3");
});

test("reports an old Node version and a full disk", async () => {
  assert.equal(checkNode("20.19.0").ok, false);
  assert.equal(checkNode("24.21.0").ok, true);
  assert.equal((await checkDisk("/tmp", 1e18)).ok, false);
  assert.equal((await checkDisk("/tmp", 1)).ok, true);
});

test("checks setpriv only as root", async (t) => {
  const PATH = await pathWith(t, good);
  const machine = { ...thisMachine(), isRoot: false };
  const { checks } = await runDoctor({ PATH, PORT: "0", TEMBO_DATA_DIR: await folder(t) }, machine);
  assert.equal(
    checks.some((check) => check.name === "setpriv"),
    false,
  );
});
