import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { duplexPair } from "node:stream";
import { type TestContext, test } from "node:test";
import type { FastifyRequest } from "fastify";
import { localSandbox } from "../../core/turns/service/testing/local-sandbox.ts";
import { ForwardedConnections } from "../../links/forwarded-connections.ts";
import { caller } from "../../testing/caller.ts";
import { seedWorkspace } from "../../testing/seed-workspace.ts";
import { stubWarmSandboxes } from "../../testing/stub-warm-sandboxes.ts";
import { serve } from "../../testing/test-server.ts";
import { forwardCall } from "./forward-call.ts";
import { noForwarding } from "./forwarding.ts";

/** Calls a process that responds with this text. */
async function callProcess(t: TestContext, text: string, maxBytes?: number): Promise<unknown> {
  const holder = createServer((_incoming, response) => void response.end(text)).listen(0, "127.0.0.1");
  await once(holder, "listening");
  t.after(() => holder.close());
  const { port } = holder.address() as AddressInfo;
  const forwarding = { ...noForwarding, connectToSession: async () => connect(port, "127.0.0.1") };
  const headers = { host: "localhost" };
  const raw = { method: "GET", url: "/", headers, headersDistinct: { host: ["localhost"] }, socket: {} };
  const request = { raw, ip: "203.0.113.9", body: null } as unknown as FastifyRequest;
  return forwardCall(forwarding, request, "s", maxBytes);
}

test("rejects a response that is larger than its limit", async (t) => {
  const text = JSON.stringify("x".repeat(98));
  assert.equal(await callProcess(t, text, 100), "x".repeat(98), "control");
  const tooLong = (error: Error) => /was lost/.test(error.message) && /too long/.test(String(error.cause));
  await assert.rejects(callProcess(t, text, 99), tooLong);
  await assert.rejects(callProcess(t, JSON.stringify("x".repeat(64 * 1024))), tooLong, "default limit");
});

test("forwards a save to the process that runs the sandbox, and returns its error", async (t) => {
  const forwarded = new ForwardedConnections();
  const sandbox = { ...localSandbox, workspacePath: "" };
  const back = await serve({
    forwarding: { ...noForwarding, isForwarded: (connection) => forwarded.has(connection) },
    parts: { warmSandboxes: stubWarmSandboxes({ sandbox }) },
  });
  t.after(() => back.close());
  const front = await serve({
    parts: { store: back.ports.store },
    forwarding: {
      ...noForwarding,
      connectToSession: async (_session, address) => {
        const [near, far] = duplexPair();
        forwarded.serve(back.app.server, far, address);
        return near;
      },
    },
  });
  t.after(() => front.close());
  const { id } = await back.testStore.addSession();
  const workspacePath = await seedWorkspace(back.ports.settings.dataDir, id, { a: "old" });
  sandbox.workspacePath = workspacePath;
  const call = caller(front, await back.addKey(back.testStore.organizationId));
  const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");
  const save = (status: number, content: string, read: string) =>
    call(status, "PUT", `/v1/sessions/${id}/workspace/file`, { path: "a", content, sha256: hashOf(read) });
  const large = "\u0001ü".repeat(100_000);
  assert.deepEqual(await save(200, large, "old"), { path: "a", sha256: hashOf(large) });
  assert.equal(await readFile(join(workspacePath, "a"), "utf8"), large);
  assert.equal((await call(200, "GET", `/v1/sessions/${id}/workspace/file?path=a`)).content, large);
  assert.match((await save(409, "new", "old")).error, /has changed since you opened it/);
});
