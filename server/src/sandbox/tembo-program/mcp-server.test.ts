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
import { type SessionToolName, sessionTools, viewSessionTool } from "@tembo/contract";

const main = fileURLToPath(new URL("main.cjs", import.meta.url));
const views = (Object.keys(sessionTools) as SessionToolName[]).map(viewSessionTool);

/** The door, as far as the program knows it. */
const server = createServer(async (request, response) => {
  if (request.method === "GET") return void response.end(JSON.stringify({ tools: views }));
  const input = JSON.parse(await text(request));
  if (input.title === "refused") return void response.writeHead(422).end('{"error":"Not this title."}');
  response.end(JSON.stringify({ result: { path: request.url, input } }));
});
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

test("the official client takes it for a server of the protocol, and finds every tool with its schema", async () => {
  const client = await connect();
  try {
    assert.equal(client.getServerVersion()?.name, "tembo");
    await client.ping();
    const { tools } = await client.listTools();
    assert.deepEqual(
      tools.map(({ name, inputSchema }) => [name, inputSchema]),
      views.map(({ name, inputSchema }) => [name, inputSchema]),
    );
  } finally {
    await client.close();
  }
});

test("a call gives the result as text and as data, a refusal is the result, an unknown tool a fault", async () => {
  const client = await connect();
  try {
    const input = { title: "Ünï\u2028 title" };
    const called = await client.callTool({ name: "set_title", arguments: input });
    const expected = { path: "/tools/set_title", input };
    assert.deepEqual(called.structuredContent, expected);
    assert.deepEqual(JSON.parse((called.content as { text: string }[])[0]!.text), expected);
    const refused = await client.callTool({ name: "set_title", arguments: { title: "refused" } });
    assert.deepEqual([refused.isError, refused.content], [true, [{ type: "text", text: "Not this title." }]]);
    await assert.rejects(client.callTool({ name: "no_such", arguments: {} }), { code: -32602 });
  } finally {
    await client.close();
  }
});

test("lines that are no messages are answered or left, and the server goes on", async () => {
  const child = spawn(process.execPath, [main, "mcp"], { env });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const send = (line: string) => child.stdin.write(`${line}\n`);
  const next = async () => JSON.parse(String((await lines.next()).value));
  send("no json");
  assert.equal((await next()).error.code, -32700);
  send("[]");
  assert.equal((await next()).error.code, -32700);
  send('{"jsonrpc":"2.0","id":1}');
  assert.equal((await next()).error.code, -32600);
  send('{"jsonrpc":"2.0","id":2,"method":"resources/list"}');
  assert.deepEqual((({ id, error }) => [id, error.code])(await next()), [2, -32601]);
  send('{"jsonrpc":"2.0","method":"notifications/initialized"}');
  send('{"jsonrpc":"2.0","id":3,"result":{}}');
  send("");
  send('{"jsonrpc":"2.0","id":"four","method":"initialize","params":{"protocolVersion":"2999-01-01"}}');
  const greeted = await next();
  assert.deepEqual([greeted.id, greeted.result.protocolVersion], ["four", "2025-11-25"]);
  child.stdin.end();
  assert.equal(await new Promise((resolve) => child.once("exit", resolve)), 0);
});
