import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { AppError } from "../../core/base/index.ts";
import type { CallableTools } from "../../core/turns/index.ts";
import { whenAborted } from "../../runtime/on-abort.ts";
import { socketOfTest } from "../testing/socket-of-test.ts";
import { createSessionToolsServer } from "./session-tools-server.ts";

const view = { name: "echo", description: "", inputSchema: {}, command: null, positional: null, file: null };

async function openServer(t: TestContext, call: CallableTools["call"]) {
  const folder = await mkdtemp(join(tmpdir(), "tembo-tools-"));
  const errors: string[] = [];
  const log = { info() {}, warn() {}, error: (_: object, message: string) => void errors.push(message) };
  const socketPath = join(folder, "t");
  const server = await createSessionToolsServer({ log }).openTools({
    ...socketOfTest(socketPath),
    tools: { views: [view], call },
  });
  t.after(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const ask = (method: string, path: string, body?: string) =>
    new Promise<{ status: number; answerBody: unknown }>((resolve, reject) => {
      const asking = request({ socketPath, method, path }, async (answer) =>
        resolve({ status: answer.statusCode!, answerBody: JSON.parse(await text(answer)) }),
      );
      asking.on("error", reject);
      asking.end(body);
    });
  return { ask, server, errors, folder };
}

test("lists the tools and runs one with the body as its input", async (t) => {
  const { ask } = await openServer(t, async (name, input) => ({ name, input }));
  assert.deepEqual(await ask("GET", "/tools"), { status: 200, answerBody: { tools: [view] } });
  assert.deepEqual(await ask("POST", "/tools/echo", '{"a":1}'), {
    status: 200,
    answerBody: { result: { name: "echo", input: { a: 1 } } },
  });
});

test("responds with 404 for any path other than the tools", async (t) => {
  const { ask } = await openServer(t, async () => assert.fail("called"));
  for (const [method, path] of [
    ["GET", "/"],
    ["GET", "/v1/sessions"],
    ["GET", "/tools/echo"],
    ["POST", "/tools"],
    ["POST", "/tools/../v1/sessions"],
    ["POST", "/tools/a/b"],
  ] as const)
    assert.equal((await ask(method, path)).status, 404, `${method} ${path}`);
});

test("returns the message of an AppError, but only logs an unexpected error", async (t) => {
  const { ask, errors } = await openServer(t, async (name) => {
    if (name === "no") throw new AppError("conflict", "Not now.");
    throw new Error("password in a stack");
  });
  assert.deepEqual(await ask("POST", "/tools/no", "{}"), { status: 422, answerBody: { error: "Not now." } });
  const { status, answerBody } = await ask("POST", "/tools/other", "{}");
  assert.equal(status, 500);
  assert.doesNotMatch(JSON.stringify(answerBody), /password/);
  assert.equal(errors.length, 1);
});

test("rejects invalid or oversized JSON before calling the tool", async (t) => {
  const { ask } = await openServer(t, async () => assert.fail("called"));
  assert.equal((await ask("POST", "/tools/echo", "{")).status, 400);
  assert.equal((await ask("POST", "/tools/echo", `"${"x".repeat(12 * 1024 * 1024)}"`)).status, 413);
});

test("rejects calls beyond the limit without affecting the running ones", async (t) => {
  const waiting: (() => void)[] = [];
  const { ask } = await openServer(
    t,
    () => new Promise((resolve) => waiting.push(() => resolve({ done: true }))),
  );
  const running = Array.from({ length: 16 }, () => ask("POST", "/tools/echo", "{}"));
  while (waiting.length < 16) await new Promise((resolve) => setImmediate(resolve));
  assert.equal((await ask("POST", "/tools/echo", "{}")).status, 429);
  for (const end of waiting) end();
  for (const { status } of await Promise.all(running)) assert.equal(status, 200);
  const again = ask("POST", "/tools/echo", "{}");
  while (waiting.length < 17) await new Promise((resolve) => setImmediate(resolve));
  waiting[16]!();
  assert.equal((await again).status, 200, "control");
});

test("aborts running calls on close, and leaves no files behind", async (t) => {
  const aborted = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const { ask, server, folder } = await openServer(t, async (_name, _input, signal) => {
    begun.resolve();
    await whenAborted(signal);
    aborted.resolve();
    throw signal.reason;
  });
  const asked = assert.rejects(ask("POST", "/tools/echo", "{}"));
  await begun.promise;
  await server.close();
  await Promise.all([aborted.promise, asked]);
  assert.deepEqual(await readdir(folder).catch(() => []), []);
});
