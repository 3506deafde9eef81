import assert from "node:assert/strict";
import { test } from "node:test";
import { pollUntil } from "../../../runtime/poll-until.ts";
import { createMasker } from "../../base/index.ts";
import type { ProjectService } from "../../sessions/index.ts";
import { describeFailedService, runServices } from "./run-services.ts";
import { ServiceRecorder } from "./service-recorder.ts";
import type { ServiceKey, ServiceReport } from "./service-store.ts";
import { localSandbox } from "./testing/local-sandbox.ts";

const masker = createMasker([{ key: "TOKEN", value: "sesame-open-1" }]);

/** Runs services on this machine, and records what they report. */
function run(...commands: readonly (readonly [name: string, command: string, ready?: string])[]) {
  const recorded = new Map<string, { state: string; exitCode: number | null; log: string }>();
  const report = ({ name }: ServiceKey, { change, entries }: ServiceReport) => {
    const before = recorded.get(name) ?? { state: "", exitCode: null, log: "" };
    const { state, exitCode } = change ?? before;
    recorded.set(name, { state, exitCode, log: before.log + entries.join("") });
    return Promise.resolve(true);
  };
  const ports = {
    store: { services: { report } },
    clock: { now: () => new Date() },
    log: { info: () => {}, warn: () => {}, error: () => {} },
  };
  const recorderOf = ({ name }: ProjectService) =>
    new ServiceRecorder(ports, { sessionId: "s", sandboxId: "b", name }, masker.openStream());
  const services = commands.map(([name, command, ready]) => ({
    ...{ name, command },
    ready: ready === undefined ? null : { command: ready },
  }));
  const input = { services, recorderOf, program: { cwd: "/", env: {} }, mask: masker.mask };
  const { signal } = new AbortController();
  const running = runServices(localSandbox, { ...input, onChange: async () => {} }, signal);
  const until = async (name: string, state: string) =>
    assert.ok(
      await pollUntil(() => Promise.resolve(recorded.get(name)?.state === state), {
        every: 10,
        timeoutMs: 30_000,
      }),
      JSON.stringify([...recorded]),
    );
  return { running, recorded, until };
}

test("records a service that is ready, and one that exits later, with its masked last lines", async () => {
  const { running, recorded, until } = run(
    ["db", "exec sleep 600", "true"],
    ["web", "echo 'no space for sesame-open-1' >&2; exit 3"],
  );
  const services = await running;
  await until("web", "exited");
  assert.deepEqual(recorded.get("web"), {
    state: "exited",
    exitCode: 3,
    log: "no space for [secret TOKEN]\n",
  });
  assert.equal(recorded.get("db")?.state, "ready");
  assert.deepEqual(
    services.takeExited().map(({ name }) => name),
    ["web"],
  );
  await services.end();
  await services.recordStop();
  assert.deepEqual([recorded.get("db")?.state, recorded.get("web")?.state], ["stopped", "exited"]);
});

test("records services as stopped, with what they print while they end", async () => {
  const stores = "trap 'echo stored; exit 7' TERM; echo up; tail -f /dev/null & wait";
  const { running, recorded } = run(["db", stores, "sleep 0.2"]);
  const services = await running;
  await services.end();
  await services.recordStop();
  assert.deepEqual(recorded.get("db"), { state: "stopped", exitCode: null, log: "up\nstored\n" });
});

test("records the service that exited before it was ready, and stops the ones before it", async () => {
  const { running, recorded } = run(
    ["db", "exec sleep 600"],
    ["web", "echo broken; exit 4", "false"],
    ["never", "true"],
  );
  await assert.rejects(running, { code: "service_failed" });
  assert.deepEqual(
    [...recorded].map(([name, { state, exitCode }]) => [name, state, exitCode]),
    [
      ["db", "stopped", null],
      ["web", "exited", 4],
    ],
  );
});

test("names the service, the reason and the last lines", () => {
  const failed = { name: "db", output: "no space" };
  assert.equal(
    describeFailedService(failed, null),
    "The service db was not ready within 60 seconds. Change its command or its check in the project. Its last lines:\nno space",
  );
  assert.match(describeFailedService({ name: "db", output: null }, { code: 3 }), /exited with code 3 before/);
  assert.match(
    describeFailedService({ name: "db", output: null }, { code: null }),
    /because of a signal before/,
  );
});
