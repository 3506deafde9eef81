import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const main = fileURLToPath(new URL("main.cjs", import.meta.url));

/** Response of the session tools to a message over HTTP. */
const server = createServer(async (request, response) => {
  const { id, method, params } = JSON.parse(await text(request));
  asked.push(`${request.method} ${request.url} ${request.headers.accept}`);
  if (id === undefined) return void response.writeHead(202).end();
  const results: Record<string, object> = {
    initialize: {
      protocolVersion: params?.protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name: "tools", version: "1" },
    },
    "tools/call": { content: [{ type: "text", text: JSON.stringify(params) }] },
  };
  if (method === "broken") return void response.writeHead(500).end('{"error":"It broke."}');
  response.end(JSON.stringify({ jsonrpc: "2.0", id, result: results[method] ?? {} }));
});
const asked: string[] = [];
let env: Record<string, string>;
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  env = { TEMBO_TOOLS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
});
after(() => server.close());

async function connect() {
  const client = new Client({ name: "test", version: "1" });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [main, "mcp"], env }));
  return client;
}

test("the official MCP client connects and calls a tool through the tembo program", async () => {
  const client = await connect();
  try {
    assert.equal(client.getServerVersion()?.name, "tools");
    await client.ping();
    const input = { title: "Ünï\u2028 title" };
    const called = await client.callTool({ name: "set_title", arguments: input });
    assert.deepEqual(JSON.parse((called.content as { text: string }[])[0]!.text), {
      name: "set_title",
      arguments: input,
    });
    assert.ok(
      asked.every((line) => line === "POST /mcp undefined"),
      "the client requests no event stream",
    );
  } finally {
    await client.close();
  }
});

test("responds to invalid lines with an error, ignores notifications, and forwards the server's errors", async () => {
  const child = spawn(process.execPath, [main, "mcp"], { env });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const send = (line: string) => child.stdin.write(`${line}\n`);
  const next = async () => JSON.parse(String((await lines.next()).value));
  send("no json");
  assert.equal((await next()).error.code, -32700);
  send("[]");
  assert.equal((await next()).error.code, -32700);
  send('{"jsonrpc":"2.0","id":2,"method":"broken"}');
  assert.deepEqual(await next(), { jsonrpc: "2.0", id: 2, error: { code: -32603, message: "It broke." } });
  send('{"jsonrpc":"2.0","method":"notifications/initialized"}');
  send("");
  send('{"jsonrpc":"2.0","id":"four","method":"ping"}');
  assert.deepEqual(await next(), { jsonrpc: "2.0", id: "four", result: {} });
  child.stdin.end();
  assert.equal(await new Promise((resolve) => child.once("exit", resolve)), 0);
});

test("explains in an error that session tools are available only while a turn runs", async () => {
  const child = spawn(process.execPath, [main, "mcp"], { env: { TEMBO_TOOLS_URL: "http://127.0.0.1:1" } });
  child.stdin.end('{"jsonrpc":"2.0","id":1,"method":"ping"}\n');
  const { error } = JSON.parse(await text(child.stdout));
  assert.match(error.message, /only while a turn of the session runs/);
});
