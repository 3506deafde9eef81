import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { operations } from "@tembo/contract";
import { newId } from "../../core/base/index.ts";
import { type Served, serve } from "../../testing/test-server.ts";
import { cookieOf, ownPage } from "../routes/sign-in/testing/browser.ts";

interface Answer {
  readonly isError: boolean;
  readonly text: string;
}

async function connect(served: Served, key: string, path = "/mcp", headers = {}) {
  const client = new Client({ name: "test", version: "1" });
  const transport = new StreamableHTTPClientTransport(new URL(served.url + path), {
    requestInit: { headers: { authorization: `Bearer ${key}`, ...headers } },
  });
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  return {
    client,
    names: async () => (await client.listTools()).tools.map(({ name }) => name),
    async call(name: string, input: Record<string, unknown> = {}): Promise<Answer> {
      const { content, isError } = await client.callTool({ name, arguments: input });
      const [{ text }] = content as [{ text: string }];
      return { isError: isError === true, text };
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

const post = (served: Served, body: unknown, headers: Record<string, string> = {}, path = "/mcp") =>
  served.ask(path, undefined, {
    method: "POST",
    body: JSON.stringify(body),
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    },
  });

const listing = { jsonrpc: "2.0", id: 1, method: "tools/list" };

describe("the API over MCP", () => {
  let served: Served;
  let key: string;
  before(async () => {
    served = await serve();
    key = await served.addKey(served.testStore.organizationId);
  });
  after(() => served.close());

  test("is read-only unless the URL or a header allows writes", async () => {
    const reading = [
      "get_session",
      "list_sessions",
      "get_diff",
      "list_repositories",
      "search_tools",
      "get_tool_schema",
      "call_read_tool",
    ];
    const all = [...reading, "create_session", "send_message", "call_write_tool"].sort();
    await using reader = await connect(served, key);
    assert.deepEqual(await reader.names(), reading);
    for (const name of ["create_session", "send_message", "call_write_tool"]) {
      const answer = await reader.call(name, { prompt: "Go." });
      assert.ok(answer.isError);
      assert.match(answer.text, /read-only. To allow writes, connect to \/mcp\?allow-writes=true/);
    }
    await using byQuery = await connect(served, key, "/mcp?allow-writes=true");
    assert.deepEqual((await byQuery.names()).sort(), all);
    await using byHeader = await connect(served, key, "/mcp", { "x-tembo-allow-writes": "true" });
    assert.deepEqual((await byHeader.names()).sort(), all);
  });

  test("creates a session, sends a message to it, and lists and reads the session", async () => {
    await using writer = await connect(served, key, "/mcp?allow-writes=true");
    const created = await writer.call("create_session", { prompt: "Fix the login." });
    assert.equal(created.isError, false, created.text);
    const { id } = JSON.parse(created.text);
    const sent = await writer.call("send_message", { sessionId: id, content: "And test it." });
    assert.equal(JSON.parse(sent.text).session.id, id);
    const listed = await writer.call("list_sessions", { limit: 5 });
    assert.ok(JSON.parse(listed.text).sessions.some((one: { id: string }) => one.id === id));
    assert.equal(JSON.parse((await writer.call("get_session", { sessionId: id })).text).id, id);
    assert.equal((await writer.call("get_diff", { sessionId: id })).text, "The session has no changes.");
    assert.deepEqual(JSON.parse((await writer.call("list_repositories")).text), {
      items: [],
      nextCursor: null,
    });
  });

  test("finds every JSON operation with a schema, and calls it only with the tool for its kind", async () => {
    await using writer = await connect(served, key, "/mcp?allow-writes=true");
    const found: { name: string; access: string }[] = JSON.parse((await writer.call("search_tools")).text);
    const left = Object.values(operations).filter(
      (one) => !("response" in one) || "takesBytes" in one || "isOpen" in one,
    );
    assert.equal(found.length, Object.keys(operations).length - left.length);
    for (const { name, access } of found) {
      const schema = JSON.parse((await writer.call("get_tool_schema", { name })).text);
      assert.equal(schema.callWith, access === "read" ? "call_read_tool" : "call_write_tool");
      assert.equal(schema.inputSchema.type, "object");
      const wrong = access === "read" ? "call_write_tool" : "call_read_tool";
      assert.ok((await writer.call(wrong, { name })).isError);
    }
    const me = await writer.call("call_read_tool", { name: "me" });
    assert.equal(JSON.parse(me.text).orgId, served.testStore.organizationId);
    const made = await writer.call("call_write_tool", {
      name: "api_key_create",
      arguments: { body: { name: "reviewers" } },
    });
    assert.equal(JSON.parse(made.text).name, "reviewers", made.text);
  });

  test("finds operations by keywords, and ranks matches in the name first", async () => {
    await using reader = await connect(served, key);
    const [first] = JSON.parse((await reader.call("search_tools", { query: "rotate or list secrets" })).text);
    assert.match(first.name, /secret_list/);
    assert.match((await reader.call("search_tools", { query: "zeppelin" })).text, /No operations match/);
  });

  test("returns an error result with a fix for invalid input", async () => {
    await using writer = await connect(served, key, "/mcp?allow-writes=true");
    const answers: [name: string, input: Record<string, unknown>, sentence: RegExp][] = [
      ["create_session", {}, /^400: Send a "prompt"/],
      ["create_session", { promt: "Go." }, /does not accept "promt"\. It accepts prompt/],
      ["get_session", {}, /"sessionId" is missing/],
      ["get_session", { sessionId: ".." }, /"sessionId" is missing/],
      ["get_session", { sessionId: "x" }, /^400: /],
      ["get_session", { sessionId: "00000000-0000-4000-8000-000000000000" }, /^404: /],
      ["get_diff", { sessionId: "../../me?" }, /"sessionId" is missing/],
      ["get_diff", { sessionId: "00000000-0000-4000-8000-000000000000" }, /^404: /],
      ["list_sessions", { size: 3 }, /does not accept "size"\. It accepts page, limit/],
      ["list_sessions", { page: { from: 1 } }, /"page" must be a string/],
      ["get_tool_schema", { name: "nope" }, /Unknown tool "nope"\. Use search_tools/],
      ["call_read_tool", {}, /Unknown tool null/],
      ["call_read_tool", { name: "me", arguments: [] }, /"arguments" must be an object/],
      ["nope", {}, /Unknown tool "nope"/],
    ];
    for (const [name, input, sentence] of answers) {
      const { isError, text } = await writer.call(name, input);
      assert.match(text, sentence, name);
      assert.ok(isError, name);
    }
  });

  test("hides a session from another organization's key", async () => {
    const otherOrganizationId = newId();
    await served.testStore.store.organizations.insert({ id: otherOrganizationId, name: "Them" });
    const other = await served.addKey(otherOrganizationId);
    const session = await served.testStore.addSession();
    await using own = await connect(served, key);
    assert.equal((await own.call("get_session", { sessionId: session.id })).isError, false, "control");
    await using stranger = await connect(served, other);
    assert.match((await stranger.call("get_session", { sessionId: session.id })).text, /^404: /);
  });

  test("rejects a request without a valid key, and rejects an invalid message", async () => {
    assert.equal((await post(served, listing)).status, 401);
    assert.equal((await post(served, listing, { authorization: "Bearer bad" })).status, 401);
    assert.equal((await post(served, listing, {}, `/mcp?apiKey=${key}`)).status, 401);
    const signedIn = await served.ask("/v1/sign-in", undefined, {
      method: "POST",
      body: JSON.stringify({ apiKey: key }),
      headers: { ...ownPage, "content-type": "application/json" },
    });
    const cookie = cookieOf(signedIn).value;
    assert.equal(
      (await served.ask("/me", undefined, { headers: { ...ownPage, cookie } })).status,
      200,
      "control",
    );
    assert.equal((await post(served, listing, { ...ownPage, cookie })).status, 401, "rejects a cookie");
    const authorization = `Bearer ${key}`;
    assert.equal((await post(served, listing, { authorization })).status, 200, "control");
    const list = await post(served, [listing], { authorization });
    assert.partialDeepStrictEqual(
      [list.status, await list.json()],
      [400, { error: "Batch requests are not supported. Send one JSON-RPC message at a time." }],
    );
    assert.equal((await post(served, { no: "message" }, { authorization })).status, 400);
    const unsure = await post(served, listing, { authorization, "x-tembo-allow-writes": "yes" });
    assert.equal(unsure.status, 400);
    for (const method of ["GET", "DELETE"]) {
      const other = await served.ask("/mcp", key, { method });
      assert.deepEqual([other.status, other.headers.get("allow")], [405, "POST"]);
    }
  });
});

test("counts both the MCP call and the tool's request toward the key's limit", async () => {
  const served = await serve({
    rates: { perKeyPerMinute: 5, perSignInPerMinute: 0, perOrganizationPerHour: 0 },
  });
  try {
    const authorization = `Bearer ${await served.addKey(served.testStore.organizationId)}`;
    const call = { ...listing, method: "tools/call", params: { name: "list_sessions", arguments: {} } };
    const ask = async () => {
      const response = await post(served!, call, { authorization });
      const { result } = (await response.json()) as { result?: { isError: boolean; content: [Answer] } };
      return [response.status, response.headers.get("ratelimit-remaining"), result?.isError];
    };
    assert.deepEqual(await ask(), [200, "4", false]);
    assert.deepEqual(await ask(), [200, "2", false]);
    assert.deepEqual(await ask(), [200, "0", true], "the call and the tool's request each count");
    assert.deepEqual((await ask())[0], 429);
  } finally {
    await served.close();
  }
});
