import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { feedProgram } from "./feed-program.ts";
import type { Sandbox } from "./sandbox.ts";

const local = {
  spawn: ({ argv: [file, ...args] }, signal) => {
    const child = spawn(file, args, { signal, killSignal: "SIGKILL" });
    // The signal that kills the program also emits an error.
    child.on("error", () => {});
    const exited = new Promise((resolve) => child.on("close", (code, by) => resolve({ code, signal: by })));
    return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, exited };
  },
} as Pick<Sandbox, "spawn">;

const feed = (script: string, given: { readonly size?: number; readonly limitMs?: number } = {}) =>
  feedProgram(
    local,
    { argv: ["/bin/sh", "-c", script], cwd: "/", env: {} },
    { input: Buffer.alloc(given.size ?? 3, "x"), limitMs: given.limitMs ?? 60_000 },
  );

test("gives the input to the program, and returns its exit code", async () => {
  assert.equal((await feed('[ "$(cat)" = xxx ]')).code, 0);
  assert.deepEqual(
    await feed('[ "$(cat)" = yyy ]'),
    { code: 1, why: "the program exited with 1" },
    "control",
  );
});

test("explains a failure by the end of the error output", async () => {
  assert.deepEqual(await feed("echo no space left >&2; exit 3"), { code: 3, why: "no space left" });
  assert.equal((await feed("head -c 9999 /dev/zero | tr '\\0' a >&2; echo end >&2; exit 1")).why.length, 499);
});

test("accepts a program that exits before it reads all input", async () => {
  assert.equal((await feed("exit 7", { size: 8 * 1024 * 1024 })).code, 7);
});

test("kills a program at its time limit", async () => {
  assert.deepEqual(await feed("exec sleep 600", { limitMs: 50 }), {
    code: null,
    why: "it took longer than 0.05 seconds",
  });
  assert.deepEqual(
    await feed("kill -9 $$"),
    { code: null, why: "the program exited with SIGKILL" },
    "control",
  );
});
