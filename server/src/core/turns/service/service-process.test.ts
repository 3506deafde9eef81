import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { onAbort } from "../../../runtime/on-abort.ts";
import { pollUntil } from "../../../runtime/poll-until.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { serviceArgv, startService } from "./service-process.ts";

/** Runs a program on this machine. Kills all of its processes when it exits or when the signal aborts, as sandboxes do. */
const sandbox = {
  spawn: ({ argv: [program, ...args] }: { argv: readonly [string, ...string[]] }, signal: AbortSignal) => {
    const child = spawn(program, args, { detached: true });
    onAbort(signal, () => void child.kill("SIGKILL"));
    const exited = once(child, "exit").then(([code]) => {
      spawnSync("kill", ["-KILL", `-${child.pid}`]);
      return { code };
    });
    return Object.assign(child, { exited });
  },
} as unknown as Sandbox;

const untilUp = (output: () => string) =>
  pollUntil(() => Promise.resolve(/up/.test(output())), { every: 10, timeoutMs: 30_000 });

const start = async (command: string) => {
  const service = startService(sandbox, { argv: serviceArgv(command), cwd: "/", env: {} });
  assert.ok(await untilUp(service.output));
  return service;
};

test("ends a service with SIGTERM, so that it can store its data", async () => {
  const service = await start("trap 'echo stored; exit 7' TERM; echo up; tail -f /dev/null & wait");
  await service.end(30_000);
  assert.equal(await service.exited, 7);
  assert.match(service.output(), /stored/);
});

test("kills a service that ignores SIGTERM", async () => {
  const service = await start("trap '' TERM; echo up; tail -f /dev/null");
  await service.end(10);
  assert.equal(await service.exited, null);
});

test("gives a service an empty standard input", async () => {
  const service = await start("cat; echo up; exit 3");
  assert.equal(await service.exited, 3);
  await service.end(30_000);
});
