import assert from "node:assert/strict";
import { test } from "node:test";
import { createMasker } from "../../base/index.ts";
import type { WarmSandbox } from "../warm-sandbox/warm-sandbox.ts";
import { startServices } from "./start-services.ts";
import type { TurnContext } from "./turn-context.ts";

const never = new AbortController().signal;

interface Given {
  readonly source?: "machine" | "image";
  readonly setupScript?: string;
  readonly hasSystem?: boolean;
  readonly hasSnapshot?: boolean;
}

/** Starts a service that exits at once, and returns the programs that ran and the notices. */
async function start(
  { source = "machine", setupScript, hasSystem = false, hasSnapshot = false }: Given,
  started: string[] = [],
) {
  const notices: string[] = [];
  const end = { code: 3, signal: null };
  const stream = { on() {}, once() {}, resume() {}, setEncoding() {}, end() {} };
  const sandbox = {
    spawn: ({ argv }: { readonly argv: readonly string[] }) => {
      started.push(argv.join(" "));
      return { stdin: stream, stdout: stream, stderr: stream, exited: Promise.resolve(end), kill() {} };
    },
  };
  const tx = {
    services: { begin: async () => {} },
    sessions: {
      markForwardsPublished: async () => {
        started.push("publish ports");
        return false;
      },
    },
  };
  const context = {
    session: { id: "s", projectId: "p" },
    turn: { id: "t" },
    message: { id: "m" },
    lease: { attempt: 1 },
    masker: createMasker([]),
    project: {
      source: { kind: source },
      setupScript: setupScript ?? null,
      startScript: null,
      services: [{ name: "db", command: "exit 3", ready: { tcp: 1 } }],
    },
    ports: {
      clock: { now: () => new Date() },
      settings: { previewDomain: "preview.localhost" },
      store: {
        transaction: (run: (tx: object) => Promise<void>) => run(tx),
        services: { report: async () => true },
        projectSnapshots: { ofSession: async () => (hasSnapshot ? { base: { ports: [3000] } } : null) },
        events: {
          append: async (
            _id: string,
            _lease: object,
            events: { data: { type: string; message: string } }[],
          ) => {
            for (const { data } of events) if (data.type === "notice") notices.push(data.message);
          },
        },
      },
    },
  } as unknown as TurnContext;
  const surroundings = { cwd: "/", env: {} };
  const warm = { sandbox, hasSystem, services: null, number: "1", surroundings } as unknown as WarmSandbox;
  await startServices(context, warm, never);
  assert.deepEqual(warm.services!.takeExited(), []);
  return { started, notices };
}

test("starts no service in the machine's system instead of the project's", async () => {
  const { started, notices } = await start({ source: "image" });
  assert.deepEqual(started, []);
  assert.match(notices.join(), /^The services and the start script do not run, because/);
  await assert.rejects(start({ source: "image", hasSystem: true, hasSnapshot: true }), /exited/, "control");
});

test("continues after a failed service only if the files of the setup script are missing", async () => {
  const { started, notices } = await start({ setupScript: "initdb" });
  assert.equal(started.length, 1);
  assert.match(notices.join(), /do not run, because the session has no environment\. The service db exited/);
  await assert.rejects(start({ setupScript: "initdb", hasSnapshot: true }), { code: "service_failed" });
  await assert.rejects(start({}), { code: "service_failed" }, "has no setup script");
});

test("publishes forwarded ports before services start, so that a failed service does not prevent it", async () => {
  const started: string[] = [];
  await assert.rejects(start({ hasSnapshot: true }, started), { code: "service_failed" });
  assert.equal(started.length, 2);
  assert.equal(started[0], "publish ports");
});
