import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { AppError } from "../../core/base/index.ts";
import type { Sandbox } from "../../core/turns/index.ts";
import { idle, isError } from "../harness-contract.ts";
import type { LaunchContext } from "../launch-spec.ts";
import { stubSpec } from "../stub/spec.ts";
import { localSandbox } from "../testing/local-sandbox.ts";
import { quietLog } from "../testing/quiet-log.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { compileCacheFolder, compileCacheOf, enableFile, withCompileCache } from "./compile-cache.ts";
import { CompileCaches } from "./compile-caches.ts";
import { fillCompileCache } from "./fill-compile-cache.ts";

const context: LaunchContext = {
  ...{
    nodeBinary: process.execPath,
    installDir: "/nowhere",
    homePath: "/nowhere",
    modelUrl: "http://localhost",
  },
  ...{ modelFamily: "anthropic", model: "stub-small", mode: "build", asks: false, instructions: null },
};

/** An installation whose harness is the stub, with a module of its own that the stub loads first. */
function installStub() {
  const installDir = temporaryFolder();
  const module = join(installDir, "module.mjs");
  writeFileSync(module, "export const answer = () => 42;\nanswer();\n");
  const stub = stubSpec();
  const argv = (given: LaunchContext) => {
    const [program, ...args] = stub.argv(given);
    return [program, "--import", module, ...args] as const;
  };
  return { installDir, module, spec: { ...stub, argv } };
}

function driverOf({ installDir, spec }: Pick<ReturnType<typeof installStub>, "installDir" | "spec">) {
  return { installDir, spec, nodeBinary: process.execPath, log: quietLog() };
}

function readableSandbox(given: { homePath?: string } = {}): Sandbox {
  return { ...localSandbox(given), readFile: async (path: string) => readFile(path) };
}

/** Runs the module with the installation's cache. Returns what Node reports about its compile caches. */
function runWithCache({ installDir, module }: ReturnType<typeof installStub>, asUser = {}) {
  const program = { ...stubSpec(), argv: () => [process.execPath, module] as const };
  const [node, ...args] = withCompileCache(program, installDir).argv(context);
  const env = { NODE_DEBUG_NATIVE: "COMPILE_CACHE", TMPDIR: temporaryFolder() };
  return spawnSync(node, args, { env, encoding: "utf8", ...asUser });
}

const accepted = /module\.mjs was accepted/;

test("a harness starts with the code that Node compiled for it in an empty sandbox", async () => {
  const installed = installStub();
  assert.doesNotMatch(runWithCache(installed).stderr, accepted, "control: no cache is used before");
  await using sandbox = disposable(readableSandbox());
  await fillCompileCache(driverOf(installed), sandbox, idle());
  const { stderr, status } = runWithCache(installed);
  assert.equal(status, 0);
  assert.match(stderr, accepted);
  assert.ok(existsSync(join(compileCacheOf(installed.installDir), enableFile)));
  assert.deepEqual(
    readdirSync(join(installed.installDir, compileCacheFolder)).filter((name) => name.includes(".")),
    [],
    "nothing temporary remains",
  );
});

test("a harness does not pass the cache on to the programs that it starts", async () => {
  const installed = installStub();
  await using sandbox = disposable(readableSandbox());
  await fillCompileCache(driverOf(installed), sandbox, idle());
  appendFileSync(installed.module, 'console.log(process.env.NODE_COMPILE_CACHE ?? "none");\n');
  assert.equal(runWithCache(installed).stdout, "none\n");
});

test("Node ignores the code of a module that has changed since", async () => {
  const installed = installStub();
  await using sandbox = disposable(readableSandbox());
  await fillCompileCache(driverOf(installed), sandbox, idle());
  appendFileSync(installed.module, 'console.log("changed");\n');
  const { stdout, stderr } = runWithCache(installed);
  assert.equal(stdout, "changed\n");
  assert.doesNotMatch(stderr, accepted);
});

test("a harness starts without the cache of another path, and if the cache cannot be used", async () => {
  const installed = installStub();
  await using sandbox = disposable(readableSandbox());
  await fillCompileCache(driverOf(installed), sandbox, idle());
  const copy = join(temporaryFolder(), "copy");
  cpSync(installed.installDir, copy, { recursive: true });
  assert.deepEqual(withCompileCache(installed.spec, copy).argv(context), installed.spec.argv(context));
  const missing = spawnSync(
    process.execPath,
    ["--require", join(compileCacheOf(installed.installDir), enableFile), installed.module],
    { env: { TMPDIR: "/nowhere" }, encoding: "utf8" },
  );
  assert.equal(missing.status, 0, missing.stderr);
});

test("leaves a program that is not Node unchanged", async () => {
  const installed = installStub();
  await using sandbox = disposable(readableSandbox());
  await fillCompileCache(driverOf(installed), sandbox, idle());
  const program = { ...stubSpec(), argv: () => ["/usr/bin/other", "acp"] as const };
  assert.deepEqual(withCompileCache(program, installed.installDir).argv(context), ["/usr/bin/other", "acp"]);
});

for (const [what, plant] of [
  ["a file with another name", (folder: string) => writeFileSync(join(folder, "extra.cjs"), "")],
  ["too many files", plantMany],
] as const) {
  test(`does not use a cache with ${what}`, async () => {
    const installed = installStub();
    const homePath = temporaryFolder();
    mkdirSync(join(homePath, ".compiled"));
    plant(join(homePath, ".compiled"));
    await using sandbox = disposable(readableSandbox({ homePath }));
    await assert.rejects(
      fillCompileCache(driverOf(installed), sandbox, idle()),
      isError("harness_failed", /The compile cache was not used/),
    );
    assert.equal(existsSync(compileCacheOf(installed.installDir)), false);
  });
}

function plantMany(folder: string): void {
  mkdirSync(join(folder, "v1.0-x64-a-1"));
  for (let n = 0; n < 2_001; n++) writeFileSync(join(folder, "v1.0-x64-a-1", n.toString(16)), "");
}

test("does not read a list of files without an end", async () => {
  const installed = installStub();
  const sandbox = readableSandbox();
  const spawn: Sandbox["spawn"] = (command, signal) =>
    sandbox.spawn(command.argv[0] === "/bin/sh" ? { ...command, argv: ["/usr/bin/yes"] } : command, signal);
  await using endless = disposable({ ...sandbox, spawn });
  await assert.rejects(
    fillCompileCache(driverOf(installed), endless, idle()),
    isError("harness_failed", /it has too many files/),
  );
});

test("leaves out links", async () => {
  const installed = installStub();
  const homePath = temporaryFolder();
  const folder = join(homePath, ".compiled/v1.0-x64-a-1");
  mkdirSync(folder, { recursive: true });
  symlinkSync("/etc/passwd", join(folder, "1"));
  await using sandbox = disposable(readableSandbox({ homePath }));
  await fillCompileCache(driverOf(installed), sandbox, idle());
  assert.equal(existsSync(join(compileCacheOf(installed.installDir), "v1.0-x64-a")), false);
});

test("does not use a cache with a file that became a link", async () => {
  const installed = installStub();
  await using sandbox = disposable({ ...readableSandbox(), readFile: async () => null });
  await assert.rejects(
    fillCompileCache(driverOf(installed), sandbox, idle()),
    isError("harness_failed", /not a regular file/),
  );
});

test("fills a cache once, in the background", async () => {
  const installed = installStub();
  const filled = Promise.withResolvers<void>();
  let sandboxes = 0;
  const log = quietLog();
  const caches = new CompileCaches({
    log,
    withEmptySandbox: async (readOnlyPaths, work) => {
      sandboxes += 1;
      assert.deepEqual(readOnlyPaths, [installed.installDir, process.execPath]);
      await using sandbox = disposable(readableSandbox());
      await work(sandbox).finally(filled.resolve);
    },
  });
  caches.fillLater(driverOf(installed));
  caches.fillLater(driverOf(installed));
  await filled.promise;
  await caches.close();
  assert.equal(sandboxes, 1);
  assert.match(runWithCache(installed).stderr, accepted);
  assert.deepEqual(log.lines, ['the harness\'s compile cache is filled {"harness":"stub"}']);
});

test("logs that a cache could not be filled, and does not try again", async () => {
  const lines: string[] = [];
  const logged = Promise.withResolvers<void>();
  const warn = (_: object, message: string) => {
    lines.push(message);
    logged.resolve();
  };
  const withEmptySandbox = async () => {
    throw new AppError("sandbox_unavailable", "There is no sandbox.");
  };
  const caches = new CompileCaches({ log: { ...quietLog(), warn }, withEmptySandbox });
  const installed = installStub();
  caches.fillLater(driverOf(installed));
  await logged.promise;
  caches.fillLater(driverOf(installed));
  await caches.close();
  assert.deepEqual(lines, ["A harness's compile cache could not be filled: There is no sandbox."]);
});

test("fills nothing after it was closed", async () => {
  const caches = new CompileCaches({
    log: quietLog(),
    withEmptySandbox: () => assert.fail("opened a sandbox"),
  });
  await caches.close();
  caches.fillLater(driverOf(installStub()));
  await caches.close();
});

function disposable<T extends Pick<Sandbox, "stop">>(sandbox: T): T & AsyncDisposable {
  return { ...sandbox, [Symbol.asyncDispose]: () => sandbox.stop() };
}
