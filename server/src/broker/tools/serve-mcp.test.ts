import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { request as ask, createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { AppError } from "../../core/base/index.ts";
import type { CallableTools } from "../../core/turns/index.ts";
import { whenAborted } from "../../runtime/on-abort.ts";
import { socketOfTest } from "../testing/socket-of-test.ts";
import { createSessionToolsServer } from "./session-tools-server.ts";

const view = {
  name: "set_title",
  description: "Sets the session's title.",
  inputSchema: { type: "object", properties: { title: { type: "string" } } },
  command: null,
  positional: null,
  file: null,
};

/** Opens the session tools server, and a port on this machine that forwards to it, like the port in a sandbox. */
async function openServer(t: TestContext, call: CallableTools["call"]) {
  const folder = await mkdtemp(join(tmpdir(), "tembo-mcp-"));
  const errors: string[] = [];
  const log = { info() {}, warn() {}, error: (_: object, message: string) => void errors.push(message) };
  const socketPath = join(folder, "t");
  const server = await createSessionToolsServer({ log }).openTools({
    ...socketOfTest(socketPath),
    tools: { views: [view], call },
  });
  const forward = createServer((request, response) => {
    const { method, url, headers } = request;
    const onward = ask({ socketPath, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => forward.listen(0, "127.0.0.1", resolve));
  t.after(async () => {
    forward.closeAllConnections();
    forward.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${(forward.address() as AddressInfo).port}/mcp`;
  const post = (body: string, headers = {}) =>
    fetch(url, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });
  return { url, post, errors, socketPath };
}

async function connectTo(t: TestContext, url: string): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  t.after(() => client.close());
  return client;
}

test("the official MCP client connects and lists every tool with its schema", async (t) => {
  const { url } = await openServer(t, async () => assert.fail("called"));
  const client = await connectTo(t, url);
  assert.equal(client.getServerVersion()?.name, "tembo");
  await client.ping();
  const { tools } = await client.listTools();
  assert.deepEqual(
    tools.map(({ name, inputSchema }) => [name, inputSchema]),
    [[view.name, view.inputSchema]],
  );
});

test("returns a result as text and data, a rejection as a result and an unknown tool as an error", async (t) => {
  const { url } = await openServer(t, async (name, input) => {
    if ((input as { title: string }).title === "refused") throw new AppError("conflict", "Not this title.");
    return { name, input };
  });
  const client = await connectTo(t, url);
  const input = { title: "Ünï\u2028 title" };
  const called = await client.callTool({ name: "set_title", arguments: input });
  assert.deepEqual(called.structuredContent, { name: "set_title", input });
  assert.deepEqual(JSON.parse((called.content as { text: string }[])[0]!.text), called.structuredContent);
  const refused = await client.callTool({ name: "set_title", arguments: { title: "refused" } });
  assert.deepEqual([refused.isError, refused.content], [true, [{ type: "text", text: "Not this title." }]]);
  await assert.rejects(client.callTool({ name: "no_such", arguments: {} }), { code: -32602 });
});

test("hides an unexpected error's message from the client, and logs it", async (t) => {
  const { post, errors } = await openServer(t, async () => {
    throw new Error("password in a stack");
  });
  const message = '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"set_title"}}';
  for (const headers of [{}, { accept: "application/json, text/event-stream" }]) {
    const responseText = await (await post(message, headers)).text();
    assert.match(responseText, /"id":7,"error":\{"code":-32603/);
    assert.doesNotMatch(responseText, /password/);
  }
  assert.equal(errors.length, 2);
});

test("streams a keep-alive before the result to clients that accept a stream, and sends JSON to others", async (t) => {
  const { promise: running, resolve: end } = Promise.withResolvers<{ done: true }>();
  const { post } = await openServer(t, () => running);
  const message = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"set_title"}}';
  const streamed = await post(message, { accept: "application/json, text/event-stream" });
  assert.equal(streamed.headers.get("content-type"), "text/event-stream");
  const plain = post(message, { accept: "application/json" });
  end({ done: true });
  assert.match(await streamed.text(), /^: the tool runs\n\nevent: message\ndata: \{.*"done":true.*\}\n\n$/);
  assert.equal(((await (await plain).json()) as { id: number }).id, 1);
});

test("responds to an invalid message with a protocol error, and accepts only POST", async (t) => {
  const { url, post } = await openServer(t, async () => assert.fail("called"));
  const answer = async (body: string) => {
    const response = await post(body);
    const responseText = await response.text();
    return [
      response.status,
      responseText === "" ? null : ((JSON.parse(responseText).error?.code ?? null) as number | null),
    ];
  };
  assert.deepEqual(await answer("no json"), [400, null]);
  assert.deepEqual(await answer("[]"), [200, -32600]);
  assert.deepEqual(await answer('{"jsonrpc":"2.0","id":1}'), [200, -32600]);
  assert.deepEqual(await answer('{"jsonrpc":"2.0","id":2,"method":"resources/list"}'), [200, -32601]);
  assert.deepEqual(await answer('{"jsonrpc":"2.0","id":3,"method":"tools/call"}'), [200, -32602]);
  assert.deepEqual(await answer('{"jsonrpc":"2.0","method":"notifications/initialized"}'), [202, null]);
  assert.deepEqual(await answer('{"jsonrpc":"2.0","id":4,"result":{}}'), [202, null]);
  for (const method of ["GET", "DELETE"]) {
    const refused = await fetch(url, { method });
    assert.deepEqual([refused.status, refused.headers.get("allow")], [405, "POST"]);
  }
});

test("aborts the call when the client disconnects", async (t) => {
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const { socketPath, errors } = await openServer(t, async (_name, _input, signal) => {
    begun.resolve();
    await whenAborted(signal);
    ended.resolve();
    throw signal.reason;
  });
  const body = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"set_title"}}';
  const client = connect(socketPath);
  client.write(
    `POST /mcp HTTP/1.1\r\nhost: tools\r\naccept: text/event-stream\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  await begun.promise;
  client.destroy();
  await ended.promise;
  assert.deepEqual(errors, []);
});
