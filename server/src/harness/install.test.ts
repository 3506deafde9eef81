import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { idle, isError } from "./harness-contract.ts";
import { createHarnesses } from "./harnesses.ts";
import { stubSpec } from "./stub/spec.ts";
import { harnessStart } from "./testing/harness-start.ts";
import { localSandbox } from "./testing/local-sandbox.ts";
import { quietLog } from "./testing/quiet-log.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

const fakeNpm = fileURLToPath(new URL("testing/fake-npm.ts", import.meta.url));
const spec = { ...stubSpec(), entry: "node_modules/stub/agent.js" };

function prepare(mode: string, seedDir?: string) {
  const base = temporaryFolder();
  const notesDir = join(base, "notes");
  mkdirSync(notesDir);
  const dataDir = join(base, "data");
  const npmCommand = ["/usr/bin/env", `FAKE_NPM=${mode}:${notesDir}`, process.execPath, fakeNpm] as const;
  const harnesses = createHarnesses({
    dataDir,
    nodeBinary: process.execPath,
    npmCommand,
    seedDir,
    log: quietLog(),
    specs: [spec],
  });
  const progress: string[] = [];
  const install = (signal = idle()) => harnesses.install("stub", (line) => progress.push(line), signal);
  const runs = () => readdirSync(notesDir).map((file) => readFileSync(join(notesDir, file), "utf8"));
  return { harnesses, install, runs, progress, dir: join(dataDir, "harnesses"), base };
}

/** Identity of this process, as the owner of a lock writes it. */
function ownIdentity(): string {
  const stat = readFileSync("/proc/self/stat", "utf8");
  return `${process.pid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
}

test("installs the exact version without running scripts, and readable by every user", async () => {
  const { harnesses, install, runs, progress, dir } = prepare("works");
  assert.equal(harnesses.list()[0]!.isInstalled, false);
  const { readOnlyPaths } = await install();
  assert.deepEqual(readOnlyPaths, [join(dir, "stub@1.0.0"), process.execPath]);
  assert.equal(harnesses.list()[0]!.isInstalled, true);
  assert.match(runs()[0]!, /^ci --ignore-scripts .*--prefix/);
  const lock = readFileSync(join(dir, "stub@1.0.0", "package-lock.json"));
  assert.deepEqual(lock, readFileSync(new URL("testing/lock/package-lock.json", import.meta.url)));
  assert.equal(statSync(join(dir, "stub@1.0.0")).mode & 0o777, 0o755);
  assert.deepEqual(readdirSync(dir), ["stub@1.0.0"]);
  assert.ok(progress.length > 0);
});

test("does not reinstall an existing version", async () => {
  const { install, runs } = prepare("works");
  await install();
  await install();
  assert.equal(runs().length, 1);
});

test("reinstalls after the pinned packages change, and reports the installation as outdated before that", async () => {
  const { harnesses, install, runs, dir, progress } = prepare("works");
  await install();
  const lock = join(dir, "stub@1.0.0", "package-lock.json");
  const pinned = readFileSync(lock, "utf8");
  assert.equal(harnesses.list()[0]!.isOutdated, undefined, "control");
  writeFileSync(lock, pinned.replace('"lockfileVersion": 3', '"lockfileVersion":  3'));
  assert.notEqual(readFileSync(lock, "utf8"), pinned);
  const { isInstalled, isOutdated } = harnesses.list()[0]!;
  assert.deepEqual([isInstalled, isOutdated], [false, true]);
  await assert.rejects(
    harnesses.start(harnessStart(localSandbox()), idle()),
    isError("harness_failed", /packages other than the currently pinned ones.*tembo harness install stub/),
  );
  await install();
  assert.equal(runs().length, 2);
  assert.match(progress.join("\n"), /pinned packages have changed/);
  assert.equal(readFileSync(lock, "utf8"), pinned);
  assert.deepEqual([harnesses.list()[0]!.isInstalled, harnesses.list()[0]!.isOutdated], [true, undefined]);
});

test("does not link a seeded installation with different packages", async () => {
  const seed = prepare("works");
  await seed.install();
  const lock = join(seed.dir, "stub@1.0.0", "package-lock.json");
  writeFileSync(lock, `${readFileSync(lock, "utf8")}\n`);
  const { install, runs } = prepare("works", seed.dir);
  await install();
  assert.equal(runs().length, 1);
});

test("installs once for concurrent requests from several processes", async () => {
  const { install, runs, base } = prepare("works");
  const program = `
    import { createHarnesses } from ${JSON.stringify(new URL("harnesses.ts", import.meta.url).href)};
    import { stubSpec } from ${JSON.stringify(new URL("stub/spec.ts", import.meta.url).href)};
    const log = { info() {}, warn() {}, error() {} };
    const npmCommand = ["/usr/bin/env", "FAKE_NPM=works:" + ${JSON.stringify(join(base, "notes"))}, process.execPath, ${JSON.stringify(fakeNpm)}];
    const specs = [{ ...stubSpec(), entry: ${JSON.stringify(spec.entry)} }];
    const harnesses = createHarnesses({ dataDir: ${JSON.stringify(join(base, "data"))}, nodeBinary: process.execPath, npmCommand, log, specs });
    await harnesses.install("stub", () => {}, new AbortController().signal);`;
  const other = spawn(process.execPath, ["--input-type=module-typescript", "-e", program], {
    stdio: "inherit",
  });
  const exit = new Promise((resolve) => other.on("exit", resolve));
  await Promise.all([install(), install(), install()]);
  assert.equal(await exit, 0);
  assert.equal(runs().length, 1);
});

test("takes over the lock of a dead installer, and removes the installer's files", async () => {
  const { install, dir } = prepare("works");
  mkdirSync(join(dir, "stub@1.0.0.lock"), { recursive: true });
  mkdirSync(join(dir, ".stub@1.0.0.half"));
  // This process's pid with another start time represents a pid that another program has reused.
  writeFileSync(join(dir, "stub@1.0.0.lock", "owner"), `${process.pid} 1`);
  await install();
  assert.deepEqual(readdirSync(dir), ["stub@1.0.0"]);
});

test("reports that another process has completed the installation for which it waited", async () => {
  const { harnesses, install, dir, runs, base } = prepare("works");
  await install();
  const [installed, aside, lock] = [
    join(dir, "stub@1.0.0"),
    join(base, "aside"),
    join(dir, "stub@1.0.0.lock"),
  ];
  renameSync(installed, aside);
  mkdirSync(lock);
  writeFileSync(join(lock, "owner"), ownIdentity());
  const lines: string[] = [];
  const waits = Promise.withResolvers<void>();
  const onProgress = (line: string) => {
    lines.push(line);
    waits.resolve();
  };
  const waiting = harnesses.install("stub", onProgress, idle());
  await waits.promise;
  renameSync(aside, installed);
  rmSync(lock, { recursive: true });
  await waiting;
  assert.match(lines[0]!, /another process is installing it/);
  assert.match(lines.at(-1)!, /another process has installed it$/);
  assert.equal(runs().length, 1);
});

test("waits for a running installer's lock until the wait is aborted", async () => {
  const { install, dir, runs } = prepare("works");
  mkdirSync(join(dir, "stub@1.0.0.lock"), { recursive: true });
  writeFileSync(join(dir, "stub@1.0.0.lock", "owner"), ownIdentity());
  const abort = new AbortController();
  const waiting = install(abort.signal);
  setTimeout(() => abort.abort(), 400);
  await assert.rejects(waiting, isError("harness_failed", /stopped/));
  assert.equal(runs().length, 0);
  assert.ok(existsSync(join(dir, "stub@1.0.0.lock", "owner")));
});

test("kills npm on abort, and leaves no files behind", async () => {
  const { install, dir, runs } = prepare("hangs");
  const abort = new AbortController();
  const installing = install(abort.signal);
  const watch = setInterval(() => runs().length > 0 && abort.abort(), 20);
  await assert.rejects(installing, isError("harness_failed", /stopped/));
  clearInterval(watch);
  assert.deepEqual(readdirSync(dir), []);
});

test("explains what to do if the registry is unavailable, and leaves no files behind", async () => {
  const { install, dir } = prepare("offline");
  await assert.rejects(
    install(),
    isError("harness_failed", /cannot reach its registry.*npm config set registry/),
  );
  assert.deepEqual(readdirSync(dir), []);
});

test("rejects a package that lacks its entry file", async () => {
  const { install, dir } = prepare("empty");
  await assert.rejects(install(), isError("harness_failed", /did not install node_modules\/stub\/agent\.js/));
  assert.deepEqual(readdirSync(dir), []);
});

test("reports that npm is missing", async () => {
  const base = temporaryFolder();
  const npmCommand = ["/no/such/npm"] as const;
  const options = { dataDir: base, nodeBinary: process.execPath, npmCommand, log: quietLog(), specs: [spec] };
  const install = createHarnesses(options).install("stub", () => {}, idle());
  await assert.rejects(
    install,
    isError("harness_failed", /could not be installed: spawn \/no\/such\/npm ENOENT/),
  );
});

test("links a seeded installation instead of downloading the packages, without its compile caches", async () => {
  const seed = prepare("works");
  await seed.install();
  mkdirSync(join(seed.dir, "stub@1.0.0", ".compile-cache"));
  const { install, runs, dir } = prepare("offline", seed.dir);
  await install();
  assert.equal(runs().length, 0);
  const file = statSync(join(dir, "stub@1.0.0", spec.entry));
  assert.equal(existsSync(join(dir, "stub@1.0.0", ".compile-cache")), false);
  assert.equal(file.ino, statSync(join(seed.dir, "stub@1.0.0", spec.entry)).ino);
});

test("lists the known harnesses for an unknown one, and reports the fix for one that is not installed", async () => {
  const { harnesses } = prepare("works");
  await assert.rejects(
    harnesses.install("nope", () => {}, idle()),
    isError("invalid_input", /Use one of: stub/),
  );
  const sandbox = localSandbox();
  const input = harnessStart(sandbox);
  await assert.rejects(
    harnesses.start(input, idle()),
    isError("harness_failed", /tembo harness install stub/),
  );
});
