import assert from "node:assert/strict";
import { test } from "node:test";
import { pollUntil } from "../../../runtime/poll-until.ts";
import { serviceArgv, startService } from "./service-process.ts";
import { localSandbox } from "./testing/local-sandbox.ts";

const untilUp = (output: () => string) =>
  pollUntil(() => Promise.resolve(/up/.test(output())), { every: 10, timeoutMs: 30_000 });

const start = async (command: string) => {
  const service = startService(localSandbox, { argv: serviceArgv(command), cwd: "/", env: {} });
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

test("passes both output streams on in the order in which the service wrote them", async () => {
  const texts: string[] = [];
  const argv = serviceArgv("for n in 1 2 3; do echo out; echo error >&2; done");
  const service = startService(localSandbox, { argv, cwd: "/", env: {} }, (chunk) => texts.push(`${chunk}`));
  await service.exited;
  assert.equal(texts.join(""), "out\nerror\n".repeat(3));
});
