import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { exitCodes } from "./exit-codes.ts";
import { startFakeApi, streamOf } from "./testing/fake-api.ts";

const shim = fileURLToPath(new URL("../bin/tembo.js", import.meta.url));
/** Makes this Node report an old version. The Node that the shim starts is not affected. */
const asOldNode = reporting("version", "v20.19.0");

function reporting(property: string, value: string): string {
  return `--import=data:text/javascript,Object.defineProperty(process,'${property}',{value:'${value}'})`;
}

function start(
  nodeArgs: readonly string[],
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  file = shim,
): ChildProcess {
  return spawn(process.execPath, [...nodeArgs, file, ...args], {
    env: {
      PATH: process.env.PATH,
      HOME: "/nonexistent",
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      ...env,
    },
  });
}

async function outcome(
  child: ChildProcess,
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text) => (stderr += text));
  const [status] = await once(child, "close");
  return { status, stdout, stderr };
}

/**
 * Starts a package, whose command prints its process ID, from a shell that has npm's variable. The shell cannot replace itself with the
 * command, because `after` follows.
 */
function startFromShell(context: TestContext, nodeArgs: readonly string[], script: string, after: string) {
  const folder = mkdtempSync(join(tmpdir(), "tembo-shim-"));
  for (const name of ["bin", "src", "node_modules/.bin"]) mkdirSync(join(folder, name), { recursive: true });
  symlinkSync(process.execPath, join(folder, "node_modules/.bin/node"));
  cpSync(shim, join(folder, "bin/tembo.mjs"));
  writeFileSync(
    join(folder, "src/main.js"),
    `process.once("SIGTERM", () => { console.log("stopped"); process.exit(); });
    setInterval(() => {}, 60_000);
    console.log(process.pid);`,
  );
  const command = [process.execPath, ...nodeArgs, join(folder, "bin/tembo.mjs")];
  const shell = spawn("sh", ["-c", `"$@" ${after}`, "sh", ...command], {
    // Uses a separate process group, so that the test can end any remaining process.
    detached: true,
    env: { PATH: process.env.PATH, npm_lifecycle_script: script },
    stdio: ["ignore", "pipe", "inherit"],
  });
  context.after(() => {
    try {
      process.kill(-shell.pid!, "SIGKILL");
    } catch {
      // Ignores the error, because all processes of the group have already exited.
    }
    rmSync(folder, { recursive: true });
  });
  return { shell, lines: createInterface({ input: shell.stdout })[Symbol.asyncIterator]() };
}

for (const [name, nodeArgs] of [
  ["the pinned Node", []],
  ["an old Node, through the newer one installed next to it", [asOldNode]],
] as const) {
  test(`npm's shell ends the command on ${name}, unless the shell started it in the background`, {
    timeout: 60_000,
  }, async (context) => {
    const other = startFromShell(context, nodeArgs, "tembo start &", "& wait");
    const { value: otherPid } = await other.lines.next();
    other.shell.kill("SIGTERM");
    await once(other.shell, "exit");
    for (const script of ["'tembo'", "tembo start --flag=1", "node cli/bin/tembo.js start"]) {
      const { shell, lines } = startFromShell(context, nodeArgs, script, "; true");
      assert.match(String((await lines.next()).value), /^\d+$/);
      shell.kill("SIGTERM");
      assert.equal((await lines.next()).value, "stopped");
      assert.equal((await lines.next()).done, true, "no process has the output");
    }
    process.kill(Number(otherPid), "SIGTERM");
    assert.equal((await other.lines.next()).value, "stopped", "the command in the background was running");
  });

  test(`runs the command on ${name} and returns its exit code`, async () => {
    const help = await outcome(start(nodeArgs, ["--help"]));
    assert.deepEqual([help.status, help.stderr], [0, ""]);
    assert.match(help.stdout, /^Usage: tembo /);
    const failed = await outcome(start(nodeArgs, ["session", "list"]));
    assert.equal(failed.status, exitCodes.denied.code);
    assert.match(failed.stderr, /TEMBO_API_KEY/);
  });

  for (const [signal, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    test(`${signal} terminates the command on ${name}`, async () => {
      await using api = await startFakeApi({
        "GET /v1/sessions/s1/events/stream": streamOf([{ type: "notice", message: "here" }]),
      });
      const child = start(nodeArgs, ["session", "watch", "s1"], {
        TEMBO_BASE_URL: api.url,
        TEMBO_API_KEY: "key",
      });
      child.stdout?.once("data", () => child.kill(signal));
      const signalOfChild = once(child, "exit").then(([, ended]) => ended);
      const ended = await outcome(child);
      if ((await signalOfChild) === null) assert.equal(ended.status, status);
      else assert.equal(await signalOfChild, signal);
    });
  }
}

for (const [what, files, platform, fix] of [
  ["a clone", [], "linux", 'run "npm install" in Tembo\'s folder, or '],
  ["the npm package", ["src/main.js"], "linux", 'install Tembo again without "--omit=optional", or '],
  ["the npm package on macOS", ["src/main.js"], "darwin", ""],
] as const) {
  test(`reports the required Node version if ${what} has only an older version`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "tembo-shim-"));
    try {
      for (const name of ["bin", "src"]) mkdirSync(join(folder, name));
      for (const file of files) writeFileSync(join(folder, file), "");
      cpSync(shim, join(folder, "bin", "tembo.mjs"));
      const machine = [asOldNode, reporting("platform", platform), reporting("arch", "x64")];
      const ran = await outcome(start(machine, ["--help"], {}, join(folder, "bin", "tembo.mjs")));
      assert.equal(ran.status, 1);
      assert.match(ran.stderr, /requires Node 24, but this is Node v20\.19\.0/);
      assert.ok(ran.stderr.endsWith(`Next: ${fix}install Node 24 from https://nodejs.org.\n`), ran.stderr);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
