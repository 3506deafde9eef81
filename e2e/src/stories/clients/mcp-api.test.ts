import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { after, before, test } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { steps } from "../../scripted-model/server.ts";
import { startTlsServer } from "../../support/hosts/tls-server.ts";
import { API_KEY, startWorld, type World } from "../../support/index.ts";
import { commandFile } from "../../support/programs/command-file.ts";
import { resultsOf } from "../../support/tool-results.ts";

let world: World;
/** The server behind TLS, as clients on the network reach it. */
let front: Awaited<ReturnType<typeof startTlsServer>>;
let repositoryUrl: string;

before(async () => {
  front = await startTlsServer("127.0.0.5", passOn);
  world = await startWorld({
    env: { TEMBO_PRIVATE_HOSTS: front.place, NODE_EXTRA_CA_CERTS: front.certificatePath },
  });
  ({ url: repositoryUrl } = await world.repository("api/app", { "a.txt": "one\n" }));
});
after(async () => {
  await world.close();
  await front.close();
});

async function passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const headers = new Headers();
  for (const name of ["authorization", "content-type", "accept"])
    headers.set(name, String(request.headers[name]));
  const answer = await fetch(world.url + request.url, {
    method: request.method ?? "POST",
    headers,
    ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
  });
  response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
  response.end(await answer.text());
}

async function connectionTo(name: string, path: string): Promise<void> {
  await world.client.mcpConnections.create({
    type: "remote",
    name,
    serverUrl: `https://${front.place}${path}`,
    authType: "static_headers",
    headers: { Authorization: `Bearer ${API_KEY}` },
  });
}

async function results(
  prompt: string,
  mcpServers: string[],
  script: Parameters<World["model"]["script"]>[1],
) {
  world.model.script(prompt, script);
  const session = await world.client.session.create({ prompt, mcpServers, repositories: [repositoryUrl] });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  assert.ok(!JSON.stringify(events).includes(API_KEY));
  return resultsOf(events);
}

test("lets Claude Code create another session through the API over MCP", async () => {
  await connectionTo("writer", "/mcp?allow-writes=true");
  const [created, listed, found] = await results(
    "Start another.",
    ["writer"],
    [
      steps.mcp("writer", "create_session", { prompt: "Started over MCP", queueRightAway: false }),
      steps.mcp("writer", "list_repositories"),
      steps.mcp("writer", "search_tools", { query: "stop a session" }),
      steps.say("Started."),
    ],
  );
  assert.match(created!, /Started over MCP/);
  assert.match(listed!, /api\/app/);
  assert.match(found!, /session_stop/);
  const { sessions } = await world.client.session.search({ q: "Started over MCP" });
  assert.equal(sessions.length, 1);
});

test("control: offers no write tools on a read-only connection, which can still read", async () => {
  await connectionTo("reader", "/mcp");
  const [read] = await results(
    "Read only.",
    ["reader"],
    [
      steps.mcp("reader", "call_read_tool", { name: "session_search", arguments: { q: "Started over MCP" } }),
      steps.say("Read."),
    ],
  );
  assert.match(read!, /Started over MCP/);
  const offered = JSON.stringify(world.model.requests.at(-1));
  assert.match(offered, /mcp__reader__call_read_tool/);
  assert.doesNotMatch(offered, /mcp__reader__create_session/);
});

async function overStdio(args: readonly string[], url: string) {
  const client = new Client({ name: "story", version: "1" });
  const { bin, env } = commandFile();
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [bin, "mcp", ...args],
    env: { ...env, TEMBO_API_KEY: API_KEY, TEMBO_BASE_URL: url },
  });
  await client.connect(transport);
  return {
    client,
    call: async (name: string, input: Record<string, unknown>) => {
      const { content, isError } = await client.callTool({ name, arguments: input });
      return { isError: isError === true, text: (content as [{ text: string }])[0].text };
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

test("tembo mcp serves the tools over standard input and output, and is read-only without --allow-writes", async () => {
  await using reader = await overStdio([], world.url);
  const refused = await reader.call("create_session", { prompt: "No." });
  assert.deepEqual(refused, {
    isError: true,
    text: 'This connection is read-only. To allow changes, start it with "tembo mcp --allow-writes".',
  });
  const bad = await reader.call("get_session", { sessionId: "00000000-0000-4000-8000-000000000000" });
  assert.match(bad.text, /^404: /);
  await using writer = await overStdio(["--allow-writes"], world.url);
  const created = await writer.call("create_session", { prompt: "By stdio", queueRightAway: false });
  assert.equal(JSON.parse(created.text).status, "draft", created.text);
});

test("tembo mcp reports an unreachable server over MCP", async () => {
  await using reader = await overStdio([], "http://127.0.0.1:1");
  const { isError, text } = await reader.call("list_sessions", {});
  assert.ok(isError);
  assert.match(text, /^503: No response from http:\/\/127\.0\.0\.1:1/);
});
