import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { onAbort } from "../../../runtime/on-abort.ts";
import type { Sandbox, SandboxCommand } from "../sandbox/sandbox.ts";
import { runStartScript } from "./run-start-script.ts";

/** Runs a script in a shell without a sandbox. */
function run(script: string, signal = new AbortController().signal) {
  const sandbox = {
    spawn: ({ argv: [program, ...args] }: SandboxCommand, within: AbortSignal) => {
      const child = spawn(program, args, { detached: true });
      onAbort(within, () => process.kill(-child.pid!, "SIGKILL"));
      return Object.assign(child, { exited: once(child, "exit").then(([code]) => ({ code })) });
    },
  } as unknown as Sandbox;
  const ended = runStartScript(sandbox, script, { cwd: "/", env: {} }, signal);
  return ended;
}

test("reports a shell that was killed before the script ended", async () => {
  assert.equal((await run('kill -9 "$$"')).exitCode, 137);
});

test("stops waiting for a script when the signal aborts", async () => {
  const abort = new AbortController();
  const running = run("sleep 600", abort.signal);
  abort.abort(new Error("stopped"));
  await assert.rejects(running, /stopped/);
});
