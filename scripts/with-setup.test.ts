import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { addDashboard, aptVerbs, install, makeClone } from "./with-setup.test-support.ts";

test("installs packages in a fresh clone, and runs the command with the installed Node", (context) => {
  const clone = makeClone(context);
  const run = clone.run();
  assert.equal(run.stderr, "Installing npm packages ...\n");
  assert.equal(run.stdout, "v24.0.0\n");
  assert.equal(run.status, 0);
  assert.deepEqual(clone.calls(), [install]);
});

test("prints and installs nothing in a clone that is already set up", (context) => {
  const clone = makeClone(context);
  clone.run();
  const second = clone.run();
  assert.deepEqual([second.stdout, second.stderr, second.status], ["v24.0.0\n", "", 0]);
  assert.deepEqual(clone.calls(), [install]);
});

test("reinstalls packages after the lockfile changes", (context) => {
  const clone = makeClone(context);
  clone.run();
  writeFileSync(join(clone.root, "package-lock.json"), "{ }");
  clone.run();
  assert.deepEqual(clone.calls(), [install, install]);
});

test("stops the command if the install fails, and retries on the next run", (context) => {
  const clone = makeClone(context);
  clone.fake("npm", "mkdir -p node_modules; echo boom >&2; exit 7");
  for (const run of [clone.run(), clone.run()]) {
    assert.match(run.stderr, /Installing npm packages.*boom\nnpm ci failed/s);
    assert.equal(run.stdout, "");
    assert.equal(run.status, 1);
  }
  assert.equal(existsSync(join(clone.root, ".cache/setup.lock")), false);
});

test("builds the dashboard on the first setup, and again when a source is newer", (context) => {
  const clone = makeClone(context);
  const dashboard = addDashboard(clone);
  assert.equal(clone.run().stderr, "Installing npm packages ...\nBuilding the dashboard ...\n");
  assert.equal(clone.run().stderr, "");
  for (const source of ["web/src/main.tsx", "web/index.html", "sdk/src/index.ts"]) {
    dashboard.change(source);
    assert.equal(clone.run().stderr, "Building the dashboard ...\n", source);
    assert.equal(clone.run().stderr, "", source);
  }
  for (const other of ["web/dist/assets/app.js", "web/node_modules/.vite/deps.js", "README.md"]) {
    dashboard.change(other);
    assert.equal(clone.run().stderr, "", other);
  }
  rmSync(join(clone.root, "web/dist/index.html"));
  assert.equal(clone.run().stderr, "Building the dashboard ...\n");
});

test("rebuilds the dashboard after the packages change", (context) => {
  const clone = makeClone(context);
  const dashboard = addDashboard(clone);
  clone.run();
  dashboard.change("package-lock.json", "{ }");
  assert.equal(clone.run().stderr, "Installing npm packages ...\nBuilding the dashboard ...\n");
});

const server = `${install} --omit=dev --include-workspace-root -w cli -w server -w contract -w sdk`;
const dashboardOnly = `${install} --ignore-scripts -w web -w sdk -w contract`;

test("installs only the packages of a server with --production, after it has built the dashboard", (context) => {
  const clone = makeClone(context);
  const dashboard = addDashboard(clone);
  const setUp = () => clone.run({}, ["--production"]);
  dashboard.buildWithMachine();
  const first = setUp();
  assert.equal(
    first.stderr,
    "Installing npm packages of the dashboard ...\nBuilding the dashboard ...\nInstalling npm packages ...\n",
  );
  assert.deepEqual([first.stdout, first.status], ["v24.0.0\n", 0]);
  assert.deepEqual(clone.calls(), [dashboardOnly, server]);
  assert.equal(setUp().stderr, "");
  dashboard.change("web/src/main.tsx");
  setUp();
  assert.deepEqual(clone.calls().slice(2), [dashboardOnly, server]);
});

test("keeps the packages of a server for a start, and installs all packages for other commands", (context) => {
  const clone = makeClone(context);
  const start = () => clone.run({}, ["--for-start"]);
  start();
  assert.deepEqual(clone.calls(), [install], "a fresh clone");
  clone.run({}, ["--production"]);
  start();
  assert.deepEqual(clone.calls(), [install, server]);
  writeFileSync(join(clone.root, "package-lock.json"), "{ }");
  start();
  assert.deepEqual(clone.calls().slice(2), [server]);
  clone.run();
  assert.deepEqual(clone.calls().slice(3), [install]);
});

test("changes no packages of a server for a command that may run beside it", (context) => {
  const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8"));
  assert.match(scripts["build:site"], / --beside /);
  const clone = makeClone(context);
  const build = () => clone.run({ npm_lifecycle_event: "build:site" }, ["--beside"]);
  assert.equal(build().status, 0);
  assert.deepEqual(clone.calls(), [install], "a fresh clone");
  clone.run({}, ["--production"]);
  const before = clone.calls();
  writeFileSync(join(clone.root, "package-lock.json"), "{ }");
  const refused = build();
  assert.deepEqual([refused.stdout, refused.status], ["", 1]);
  assert.match(refused.stderr, /Stop the server[\s\S]*\n {2}sh scripts\/with-setup\.sh npm run build:site\n/);
  assert.deepEqual(clone.calls(), before);
  // The first of the printed commands.
  clone.run();
  assert.equal(build().status, 0, "control");
});

test("stops and prints Vite's output if the dashboard build fails, and retries on the next run", (context) => {
  const clone = makeClone(context);
  const dashboard = addDashboard(clone);
  dashboard.breakVite();
  for (const run of [clone.run(), clone.run()]) {
    assert.match(
      run.stderr,
      /Building the dashboard \.\.\.\nno such import\nThe dashboard could not be built/,
    );
    assert.deepEqual([run.stdout, run.status], ["", 1]);
  }
  assert.equal(existsSync(join(clone.root, ".cache/setup.lock")), false);
  dashboard.fixVite();
  assert.deepEqual([clone.run().stdout, clone.run().stderr], ["v24.0.0\n", ""]);
});

test("installs the tools for the containment probes only for tests as root", (context) => {
  const clone = makeClone(context);
  for (const tool of ["python3", "curl", "chromium"]) clone.fake(tool, "exit 0");
  clone.fake(
    "apt-get",
    `echo "apt-get $*" >>"${join(clone.root, "calls")}"; touch "${clone.bin}/ip"; chmod +x "${clone.bin}/ip"`,
  );
  clone.run();
  assert.deepEqual(clone.calls(), [install], "control: without the option, no package is missing");
  assert.equal(clone.run({}, ["--for-tests"]).stdout, "v24.0.0\n");
  assert.match(clone.calls()[1] ?? "", /^apt-get .* install .*iproute2$/);
  clone.remove("ip");
  clone.fake("id", "echo 1000");
  clone.run({}, ["--for-tests"]);
  assert.equal(clone.calls().length, 2);
});

test("installs a browser for tests as root, and skips the browser tests if no package exists", (context) => {
  const clone = makeClone(context);
  for (const tool of ["python3", "curl", "ip"]) clone.fake(tool, "exit 0");
  clone.fake("apt-get", `echo "apt-get $*" >>"${join(clone.root, "calls")}"; exit 100`);
  const without = clone.run({}, ["--for-tests"]);
  assert.deepEqual([without.stdout, without.status], ["v24.0.0\n", 0]);
  assert.match(without.stderr, /Could not install chromium, so the browser tests are skipped/);
  assert.deepEqual(aptVerbs(clone), ["install", "update"]);
  clone.remove("apt-get");
  assert.equal(clone.run({}, ["--for-tests"]).stderr, "");

  const browser = join(clone.bin, "chromium");
  clone.fake(
    "apt-get",
    `case " $* " in *" install "*" chromium ") touch "${browser}"; chmod +x "${browser}";; esac`,
  );
  assert.equal(clone.run({}, ["--for-tests"]).stderr, "Installing chromium ...\n");
  assert.equal(clone.run({}, ["--for-tests"]).stderr, "");
});

test("rejects an old Node, and prints the required version", (context) => {
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

test("reports that npm or node is missing", (context) => {
  const clone = makeClone(context);
  clone.remove("npm");
  assert.match(clone.run().stderr, /needs npm/);
  clone.remove("node");
  assert.match(clone.run().stderr, /node is not on the PATH/);
});

test("rejects a platform without the pinned Node if its own Node is older than 24", (context) => {
  const clone = makeClone(context);
  clone.fake("npm", "mkdir -p node_modules/.bin");
  assert.match(clone.run().stderr, /no Node.js 24 for this machine/);
  clone.fake("node", "echo v24.1.0");
  assert.equal(clone.run().stdout, "v24.1.0\n");
});

test("prints the command that installs a missing package if the user is not root", (context) => {
  const clone = makeClone(context);
  clone.remove("bwrap");
  clone.fake("id", "echo 1000");
  const run = clone.run();
  assert.match(run.stderr, /sudo apt-get update && sudo apt-get install -y bubblewrap\n$/);
  assert.equal(run.status, 1);
  assert.deepEqual(clone.calls(), []);
  // Control: if the package is installed, no step needs root.
  clone.fake("bwrap", "exit 0");
  assert.equal(clone.run().status, 0);
});

test("names the missing package on a machine without apt-get", (context) => {
  const clone = makeClone(context);
  clone.remove("git");
  clone.remove("apt-get");
  assert.match(clone.run().stderr, /Tembo needs git\. Install it with this machine's package manager/);
});

test("does not require bubblewrap if the sandbox is off", (context) => {
  const clone = makeClone(context);
  clone.remove("bwrap");
  clone.fake("id", "echo 1000");
  assert.equal(clone.run({ TEMBO_SANDBOX: "unsafe-local" }).status, 0);
});

test("installs a missing package as root, and updates the package lists only if that fails", (context) => {
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

test("gives up after three attempts to install a package", (context) => {
  const clone = makeClone(context);
  clone.remove("bwrap");
  clone.fake("apt-get", `echo "apt-get $*" >>"${join(clone.root, "calls")}"; exit 100`);
  const run = clone.run();
  assert.equal(run.status, 1);
  assert.match(run.stderr, /apt-get could not install bubblewrap/);
  assert.deepEqual(aptVerbs(clone), ["install", "update", "install", "update", "install"]);
});

test("takes over a lock whose owner has exited", (context) => {
  const clone = makeClone(context);
  mkdirSync(join(clone.root, ".cache"));
  symlinkSync("999999999", join(clone.root, ".cache/setup.lock"));
  assert.equal(clone.run().status, 0);
  assert.deepEqual(clone.calls(), [install]);
  assert.equal(existsSync(join(clone.root, ".cache/setup.lock")), false);
});

test("waits for a lock whose owner is still running, and leaves the lock in place", (context) => {
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
    new RegExp(`^Waiting for another setup.*process ${holder.pid}.*\n.*has held .* for 900 s`),
  );
  assert.equal(readlinkSync(lock), String(holder.pid));
  assert.deepEqual(clone.calls(), []);
});

test("installs packages once when two runs start at the same time", async (context) => {
  const clone = makeClone(context);
  const npm = readFileSync(join(clone.bin, "npm"), "utf8");
  // Makes the first npm continue only after the second run has reported that it is waiting.
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
