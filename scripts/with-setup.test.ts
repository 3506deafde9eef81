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

test("pages are built with the first set-up, and left alone until one of their sources is newer", (context) => {
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

test("pages are built again with other packages", (context) => {
  const clone = makeClone(context);
  const dashboard = addDashboard(clone);
  clone.run();
  dashboard.change("package-lock.json", "{ }");
  assert.equal(clone.run().stderr, "Installing npm packages ...\nBuilding the dashboard ...\n");
});

test("stops with the output of Vite if the dashboard cannot be built, and retries on the next run", (context) => {
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

test("tests as root get what they attack a sandbox with as well, and nobody else does", (context) => {
  const clone = makeClone(context);
  for (const tool of ["python3", "curl", "chromium"]) clone.fake(tool, "exit 0");
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

test("tests as root get a browser where there is a package of one, and are run without it elsewhere", (context) => {
  const clone = makeClone(context);
  for (const tool of ["python3", "curl", "ip"]) clone.fake(tool, "exit 0");
  clone.fake("apt-get", `echo "apt-get $*" >>"${join(clone.root, "calls")}"; exit 100`);
  const without = clone.run({}, ["--for-tests"]);
  assert.deepEqual([without.stdout, without.status], ["v24.0.0\n", 0]);
  assert.match(without.stderr, /no chromium for this machine: the tests in a browser are skipped/);
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
  // Control: if the package is installed, nothing requires root.
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
  // The first npm continues only when the second run reports that it waits.
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
