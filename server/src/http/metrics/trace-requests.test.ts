import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { duplexPair } from "node:stream";
import { after, before, test } from "node:test";
import { newId, parseTraceparent, type Span } from "../../core/base/index.ts";
import { requestOverConnection } from "../../outbound/request-over-connection.ts";
import { type Served, serve } from "../../testing/test-server.ts";
import { until } from "../../testing/test-store.ts";

const spans: Span[] = [];
let traced: Served;
/** Server on the same database that records no traces. */
let untraced: Served;
let key: string;
before(async () => {
  const trace = (span: Span) => void spans.push(span);
  traced = await serve({ isTraced: true, trustedProxies: ["203.0.113.7"], parts: { trace } });
  untraced = await serve({ parts: { store: traced.ports.store, trace } });
  key = await traced.addKey(traced.testStore.organizationId);
});
after(async () => {
  await untraced.close();
  await traced.close();
});

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const callerSpan = "00f067aa0ba902b7";

async function post(served: Served, path: string, body: object, headers: Record<string, string> = {}) {
  const response = await served.ask(path, key, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  });
  const requestId = response.headers.get("x-request-id")!;
  return { status: response.status, requestId, body: (await response.json()) as { readonly id: string } };
}

const create = (served: Served, headers?: Record<string, string>) =>
  post(served, "/session/create", { prompt: "Open sesame." }, headers);

/** Removes and returns the next span, which the server sends after the response. */
async function nextSpan(): Promise<Span> {
  await until(async () => spans.length > 0);
  return spans.shift()!;
}

/** Returns the request of the session's newest message. */
async function requestOf(sessionId: string) {
  const { items } = await traced.testStore.store.messages.ofSession(sessionId, { limit: 10 });
  return items.at(-1)!.request;
}

const idsOf = ({ traceId: trace, spanId }: Span) => ({ traceId: trace, spanId });

test("begins a trace with the request that creates a session, which its message keeps", async () => {
  const { body, requestId } = await create(traced);
  const span = await nextSpan();
  const { "tembo.key.id": keyId, ...attributes } = span.attributes;
  assert.match(String(keyId), /^[0-9a-f-]{36}$/);
  assert.deepEqual(attributes, {
    "http.request.method": "POST",
    "http.route": "/session/create",
    "http.response.status_code": 200,
    "user.id": traced.testStore.userId,
    "tembo.organization.id": traced.testStore.organizationId,
    "tembo.request.id": requestId,
  });
  const { name, kind, parentSpanId, errorCode } = span;
  assert.deepEqual([name, kind, parentSpanId, errorCode], ["POST /session/create", "server", null, null]);
  const request = await requestOf(body.id);
  assert.equal(request?.id, requestId);
  assert.deepEqual(parseTraceparent(request?.traceparent ?? ""), idsOf(span));
  assert.doesNotMatch(JSON.stringify(span), /sesame/);
});

test("continues the trace of the client, unless it is not recorded or malformed", async () => {
  for (const [traceparent, continues] of [
    [`00-${traceId}-${callerSpan}-01`, true],
    [`00-${traceId}-${callerSpan}-00`, false],
    ["00-nothing", false],
  ] as const) {
    const { body } = await create(traced, { traceparent });
    const span = await nextSpan();
    assert.equal(span.traceId === traceId, continues, traceparent);
    assert.equal(span.parentSpanId, continues ? callerSpan : null);
    assert.notEqual(span.spanId, callerSpan);
    assert.deepEqual(parseTraceparent((await requestOf(body.id))?.traceparent ?? ""), idsOf(span));
  }
});

test("continues the trace that a trusted proxy sends, and not that of a client", async () => {
  for (const [address, isTrusted] of [
    ["203.0.113.7", true],
    ["203.0.113.8", false],
  ] as const) {
    for (const send of [createFrom, createOverMcpFrom]) {
      await send(address, { traceparent: `00-${traceId}-${callerSpan}-01` });
      const span = await nextSpan();
      assert.equal(span.traceId === traceId, isTrusted, `${send.name} ${address}`);
      assert.equal(span.parentSpanId, isTrusted ? callerSpan : null);
    }
  }
});

const createFrom = (address: string, headers: Record<string, string>) =>
  postFrom(address, "/session/create", { headers, body: { prompt: "Go." } });

const createOverMcpFrom = (address: string, headers: Record<string, string>) =>
  postFrom(address, "/mcp?allow-writes=true", {
    headers: { accept: "application/json, text/event-stream", ...headers },
    body: {
      ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
      params: { name: "create_session", arguments: { prompt: "Go." } },
    },
  });

/** Sends a request over a connection from `address`. */
async function postFrom(
  address: string,
  path: string,
  { headers, body }: { readonly headers: Record<string, string>; readonly body: object },
): Promise<void> {
  const [near, far] = duplexPair();
  Object.defineProperty(far, "remoteAddress", { value: address });
  traced.app.server.emit("connection", far);
  const text = JSON.stringify(body);
  const sent = requestOverConnection(near, {
    ...{ method: "POST", path, maxHeaderBytes: 16_384 },
    headers: {
      ...{
        host: "x",
        connection: "close",
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
      },
      ...{ "content-length": String(Buffer.byteLength(text)), ...headers },
    },
  });
  sent.end(text);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  response.resume();
  assert.equal(response.statusCode, 200);
}

test("traces every operation that sends a message, and a message that waits for a turn", async () => {
  const { body: session } = await create(traced);
  await nextSpan();
  const sessionId = session.id;
  for (const [path, body] of [
    [`/session/${sessionId}/messages`, { content: "More." }],
    ["/v1/messages", { sessionId, content: "Even more." }],
  ] as const) {
    const { requestId, status } = await post(traced, path, body);
    assert.ok(status < 300, path);
    const span = await nextSpan();
    const request = await requestOf(sessionId);
    assert.deepEqual(
      [request?.id, parseTraceparent(request?.traceparent ?? "")],
      [requestId, idsOf(span)],
      path,
    );
  }
  for (const [path, body] of [
    ["/v1/sessions", { description: "Go." }],
    [`/v1/sessions/${sessionId}/fork`, { prompt: "Go.", queueRightAway: true }],
  ] as const) {
    const { body: created, requestId, status } = await post(traced, path, body);
    assert.ok(status < 300, `${path}: ${JSON.stringify(created)}`);
    const span = await nextSpan();
    assert.equal((await requestOf(created.id))?.id, requestId);
    assert.equal(span.attributes["tembo.request.id"], requestId);
  }
});

test("traces a rejected request that would send a message, but no other request", async () => {
  await (await traced.ask("/me", key)).body?.cancel();
  await (await traced.ask("/session/list", key)).body?.cancel();
  const withoutKey = await traced.ask("/session/create", "tembo_unknown", { method: "POST", body: "{}" });
  assert.equal(withoutKey.status, 401);
  await withoutKey.body?.cancel();
  const missing = newId();
  for (const [path, body, status] of [
    ["/session/create", { prompt: "Go.", agent: "nobody:x" }, 400],
    ["/session/create", { prompt: 7 }, 400],
    ["/v1/sessions", { description: "Go.", sessionMode: "terminal" }, 400],
    [`/session/${missing}/messages`, { content: "Go." }, 404],
    ["/v1/messages", { sessionId: missing, content: "Go." }, 404],
    [`/v1/sessions/${missing}/fork`, { prompt: "Go." }, 404],
    [`/v1/sessions/${missing}/plan/approve`, {}, 404],
  ] as const) {
    const rejected = await post(traced, path, body);
    assert.equal(rejected.status, status, `${path}: ${JSON.stringify(rejected.body)}`);
    const { attributes } = await nextSpan();
    assert.deepEqual(
      [attributes["http.response.status_code"], attributes["tembo.request.id"]],
      [status, rejected.requestId],
      path,
    );
  }
  assert.deepEqual(spans, []);
});

test("keeps only the request ID if the server records no traces", async () => {
  const { body, requestId } = await create(untraced, { traceparent: `00-${traceId}-${callerSpan}-01` });
  assert.deepEqual(await requestOf(body.id), { id: requestId, traceparent: null });
  const control = await create(traced);
  assert.equal((await nextSpan()).attributes["tembo.request.id"], control.requestId);
  assert.deepEqual(spans, []);
});

test("keeps the ID and the trace of an MCP message for the session that its tool creates", async () => {
  const response = await traced.ask("/mcp?allow-writes=true", key, {
    method: "POST",
    body: JSON.stringify({
      ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
      params: { name: "create_session", arguments: { prompt: "Go." } },
    }),
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "x-request-id": "proxy-7",
      traceparent: `00-${traceId}-${callerSpan}-01`,
    },
  });
  const text = await response.text();
  const span = await nextSpan();
  assert.deepEqual(
    [span.name, span.traceId, span.parentSpanId],
    ["POST /session/create", traceId, callerSpan],
  );
  assert.equal(span.attributes["tembo.request.id"], "proxy-7", text);
  assert.equal(response.headers.get("x-request-id"), "proxy-7");
});
