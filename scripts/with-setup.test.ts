import assert from "node:assert/strict";
import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";

/** A clone with its own PATH: only the tools named here exist, and those that would change the machine are scripted. */
interface Clone {
  readonly root: string;
  readonly bin: string;
  /** Replaces a command by a shell script. */
  fake(command: string, script: string): void;
  remove(command: string): void;
  run(env?: Record<string, string>, options?: readonly string[]): SpawnSyncReturns<string>;
  /** What the scripted npm and apt-get were asked. */
  calls(): string[];
}

const realTools = [
  "sh",
  "env",
  "dirname",
  "sha256sum",
  "readlink",
  "mkdir",
  "ln",
  "mv",
  "rm",
  "cat",
  "touch",
];

function makeClone(context: TestContext): Clone {
  const root = mkdtempSync(join(tmpdir(), "tembo-setup-"));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  const bin = join(root, "bin");
  const log = join(root, "calls");
  mkdirSync(bin);
  mkdirSync(join(root, "scripts"));
  copyFileSync(join(import.meta.dirname, "with-setup.sh"), join(root, "scripts/with-setup.sh"));
  writeFileSync(join(root, "package-lock.json"), "{}");
  for (const tool of realTools)
    symlinkSync(spawnSync("which", [tool], { encoding: "utf8" }).stdout.trim(), join(bin, tool));
  const fake = (command: string, script: string) => {
    rmSync(join(bin, command), { force: true });
    writeFileSync(join(bin, command), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, command), 0o755);
  };
  fake("node", "echo v20.19.0");
  fake("sleep", "exit 0");
  fake("git", "exit 0");
  fake("bwrap", "exit 0");
  fake("id", "echo 0");
  fake(
    "npm",
    `echo "npm $*" >>"${log}"; rm -rf node_modules; mkdir -p node_modules/.bin; printf '#!/bin/sh\\necho v24.0.0\\n' >node_modules/.bin/node; chmod +x node_modules/.bin/node`,
  );
  fake("chmod", `exec ${spawnSync("which", ["chmod"], { encoding: "utf8" }).stdout.trim()} "$@"`);
  fake("apt-get", `echo "apt-get $*" >>"${log}"`);
  return {
    root,
    bin,
    fake,
    remove: (command) => rmSync(join(bin, command)),
    run: (env = {}, options = []) =>
      spawnSync(join(bin, "sh"), [join(root, "scripts/with-setup.sh"), ...options, "node", "--version"], {
        cwd: root,
        encoding: "utf8",
        env: { PATH: bin, ...env },
        timeout: 30_000,
      }),
    calls: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []),
  };
}

const install = "npm ci --no-audit --no-fund --loglevel=error";

test("a fresh clone is installed, and the command runs on the installed Node", (context) => {
  const clone = makeClone(context);
  const run = clone.run();
  assert.equal(run.stderr, "Installing npm packages ...\n");
  assert.equal(run.stdout, "v24.0.0\n");
  assert.equal(run.status, 0);
  assert.deepEqual(clone.calls(), [install]);
});

test("a clone that is ready is left alone, in silence", (context) => {
  const clone = makeClone(context);
  clone.run();
  const second = clone.run();
  assert.deepEqual([second.stdout, second.stderr, second.status], ["v24.0.0\n", "", 0]);
  assert.deepEqual(clone.calls(), [install]);
});

test("a changed lockfile is installed again", (context) => {
  const clone = makeClone(context);
  clone.run();
  writeFileSync(join(clone.root, "package-lock.json"), "{ }");
  clone.run();
  assert.deepEqual(clone.calls(), [install, install]);
});

test("an install that fails stops the command and is tried again by the next one", (context) => {
  const clone = makeClone(context);
  clone.fake("npm", "mkdir -p node_modules; echo boom >&2; exit 7");
  for (const run of [clone.run(), clone.run()]) {
    assert.match(run.stderr, /Installing npm packages.*boom\nnpm ci failed/s);
    assert.equal(run.stdout, "");
    assert.equal(run.status, 1);
  }
  assert.equal(existsSync(join(clone.root, ".cache/setup.lock")), false);
});

test("tests as root get what they attack a sandbox with as well, and nobody else does", (context) => {
  const clone = makeClone(context);
  clone.fake("python3", "exit 0");
  clone.fake("curl", "exit 0");
  clone.fake(
    "apt-get",
    `echo "apt-get $*" >>"${join(clone.root, "calls")}"; touch "${clone.bin}/ip"; chmod +x "${clone.bin}/ip"`,
  );
  clone.run();
  assert.deepEqual(clone.calls(), [install], "control: without the option nothing is missing");
  assert.equal(clone.run({}, ["--for-tests"]).stdout, "v24.0.0\n");
  assert.match(clone.calls()[1] ?? "", /^apt-get .* install .*iproute2$/);
  clone.remove("ip");
  clone.fake("id", "echo 1000");
  clone.run({}, ["--for-tests"]);
  assert.equal(clone.calls().length, 2);
});

test("an old Node is refused with the version that is needed", (context) => {
  const clone = makeClone(context);
  for (const [version, isRefused] of [
    ["v18.20.4", true],
    ["v20.18.3", true],
    ["v20.19.0", false],
    ["v22.1.0", false],
  ] as const) {
    rmSync(join(clone.root, "node_modules"), { recursive: true, force: true });
    clone.fake("node", `echo ${version}`);
    const run = clone.run();
    assert.equal(run.status, isRefused ? 1 : 0, version);
    if (isRefused)
      assert.match(run.stderr, new RegExp(`needs Node.js 20.19 or newer.*has ${version.slice(1)}`));
  }
  assert.equal(clone.calls().length, 2);
});

test("no npm and no node are each said", (context) => {
  const clone = makeClone(context);
  clone.remove("npm");
  assert.match(clone.run().stderr, /needs npm/);
  clone.remove("node");
  assert.match(clone.run().stderr, /no node on the PATH/);
});

test("a platform without the pinned Node is refused when its own is older than 24", (context) => {
  const clone = makeClone(context);
  clone.fake("npm", "mkdir -p node_modules/.bin");
  assert.match(clone.run().stderr, /no Node.js 24 for this machine/);
  clone.fake("node", "echo v24.1.0");
  assert.equal(clone.run().stdout, "v24.1.0\n");
});

test("without root a missing package is named with the command that installs it", (context) => {
  const clone = makeClone(context);
  clone.remove("bwrap");
  clone.fake("id", "echo 1000");
  const run = clone.run();
  assert.match(run.stderr, /sudo apt-get update && sudo apt-get install -y bubblewrap\n$/);
  assert.equal(run.status, 1);
  assert.deepEqual(clone.calls(), []);
  // The control: with the package in place nobody is asked for root.
  clone.fake("bwrap", "exit 0");
  assert.equal(clone.run().status, 0);
});

test("a machine without apt-get is told which package it needs", (context) => {
  const clone = makeClone(context);
  clone.remove("git");
  clone.remove("apt-get");
  assert.match(clone.run().stderr, /Tembo needs git\. Install it with this machine's package manager/);
});

test("a sandbox that is switched off needs no bubblewrap", (context) => {
  const clone = makeClone(context);
  clone.remove("bwrap");
  clone.fake("id", "echo 1000");
  assert.equal(clone.run({ TEMBO_SANDBOX: "unsafe-local" }).status, 0);
});

test("as root a missing package is installed, and the lists are fetched only when that fails", (context) => {
  const clone = makeClone(context);
  clone.remove("bwrap");
  const log = join(clone.root, "calls");
  const installsBwrap = `cp="${clone.bin}/git"; cat "$cp" >"${clone.bin}/bwrap"; chmod +x "${clone.bin}/bwrap"`;
  clone.fake(
    "apt-get",
    `echo "apt-get $*" >>"${log}"; case " $* " in *" install "*) ${installsBwrap};; esac`,
  );
  assert.equal(clone.run().status, 0);
  assert.deepEqual(aptVerbs(clone), ["install"]);

  clone.remove("bwrap");
  rmSync(log);
  clone.fake(
    "apt-get",
    `echo "apt-get $*" >>"${log}"; case " $* " in *" update "*) touch "${clone.root}/lists";; *) [ -e "${clone.root}/lists" ] || exit 100; ${installsBwrap};; esac`,
  );
  assert.equal(clone.run().status, 0);
  assert.deepEqual(aptVerbs(clone), ["install", "update", "install"]);
});

test("a package that cannot be installed is given up after three tries", (context) => {
  const clone = makeClone(context);
  clone.remove("bwrap");
  clone.fake("apt-get", `echo "apt-get $*" >>"${join(clone.root, "calls")}"; exit 100`);
  const run = clone.run();
  assert.equal(run.status, 1);
  assert.match(run.stderr, /apt-get could not install bubblewrap/);
  assert.deepEqual(aptVerbs(clone), ["install", "update", "install", "update", "install"]);
});

function aptVerbs(clone: Clone): (string | undefined)[] {
  return clone
    .calls()
    .filter((call) => call.startsWith("apt-get"))
    .map((call) => / (install|update)\b/.exec(call)?.[1]);
}

test("a lock whose holder is dead is taken over", (context) => {
  const clone = makeClone(context);
  mkdirSync(join(clone.root, ".cache"));
  symlinkSync("999999999", join(clone.root, ".cache/setup.lock"));
  assert.equal(clone.run().status, 0);
  assert.deepEqual(clone.calls(), [install]);
  assert.equal(existsSync(join(clone.root, ".cache/setup.lock")), false);
});

test("a lock whose holder lives is waited for and left in place", (context) => {
  const clone = makeClone(context);
  const holder = spawn("tail", ["-f", "/dev/null"], { stdio: "ignore" });
  context.after(() => holder.kill());
  const lock = join(clone.root, ".cache/setup.lock");
  mkdirSync(join(clone.root, ".cache"));
  symlinkSync(String(holder.pid), lock);
  const run = clone.run();
  assert.equal(run.status, 1);
  assert.match(
    run.stderr,
    new RegExp(`^Waiting for another set-up.*process ${holder.pid}.*\n.*has held .* for 900 s`),
  );
  assert.equal(readlinkSync(lock), String(holder.pid));
  assert.deepEqual(clone.calls(), []);
});

test("of two runs at once one installs and the other one uses it", async (context) => {
  const clone = makeClone(context);
  const npm = readFileSync(join(clone.bin, "npm"), "utf8");
  // The first npm goes on only when the second run says that it waits.
  symlinkSync("/bin/sleep", join(clone.bin, "real-sleep"));
  clone.fake("sleep", `touch "${clone.root}/waits"; exec "${clone.bin}/real-sleep" 0.02`);
  clone.fake("npm", `until [ -e "${clone.root}/waits" ]; do "${clone.bin}/real-sleep" 0.02; done\n${npm}`);
  const runOnce = () =>
    new Promise<number | null>((settle) => {
      spawn(join(clone.bin, "sh"), [join(clone.root, "scripts/with-setup.sh"), "node"], {
        cwd: clone.root,
        env: { PATH: clone.bin },
        stdio: "ignore",
        timeout: 30_000,
      }).once("exit", settle);
    });
  assert.deepEqual(await Promise.all([runOnce(), runOnce()]), [0, 0]);
  assert.deepEqual(clone.calls(), [install]);
});
