import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { loopPath, setUp } from "./gateway-fixture.ts";

const families = ["anthropic", "openai", "gemini"] as const;
const keyHeader = {
  anthropic: ["x-api-key", "operator-key"],
  openai: ["authorization", "Bearer operator-key"],
  gemini: ["x-goog-api-key", "operator-key"],
} as const;

const clientHeaders = {
  AUTHORIZATION: "Basic client-key",
  "X-Api-Key": "client-key",
  "x-GOOG-api-key": "client-key",
  "Api-Key": "client-key",
  Cookie: "session=client-key",
  "X-Auth-Token": "client-key",
  "Proxy-Authorization": "Basic client-key",
  "X-Forwarded-Host": "client-key.example",
  "X-Forwarded-For": "client-key",
  "X-Original-URL": "/client-key",
  Forwarded: "host=client-key",
  "X-HTTP-Method-Override": "DELETE client-key",
  "OpenAI-Organization": "client-key",
  "X-Goog-User-Project": "client-key",
  "X-Goog-FieldMask": "client-key",
  "Anthropic-Workspace-Id": "client-key",
  Connection: "x-named",
  "X-Named": "client-key",
  "Anthropic-Version": "2023-06-01",
  "Anthropic-Beta": "a,b",
  "User-Agent": "harness/1",
};

for (const family of families) {
  test(`${family}: adds the operator's key, and removes every credential that the client sends`, async (t) => {
    const { ask, seen, providerUrl } = await setUp(t, { family });
    const path = `${loopPath[family]}?alt=sse&key=client-key&%6bey=client-key&access_token=client-key`;
    await ask(path, { headers: clientHeaders });
    const [{ url, headers, rawHeaders }] = seen as [(typeof seen)[0] & {}];
    assert.equal(JSON.stringify([url, rawHeaders]).match(/client-key/), null);
    const [name, value] = keyHeader[family];
    assert.equal(headers[name], value);
    const others = families.filter((other) => other !== family).map((other) => headers[keyHeader[other][0]]);
    assert.deepEqual(others, [undefined, undefined]);
    assert.equal(headers.host, new URL(providerUrl).host);
    assert.ok(url.startsWith(`/base${loopPath[family]}`));
    assert.equal(headers["anthropic-version"], "2023-06-01", "control: passes on other headers");
    assert.equal(headers["user-agent"], "harness/1");
  });

  test(`${family}: prefers the organization's key to the operator's`, async (t) => {
    const { ask, seen } = await setUp(t, { family, ownKey: "own-key" });
    await ask();
    const [name] = keyHeader[family];
    assert.match(String(seen[0]!.headers[name]), /own-key$/);
    assert.ok(!JSON.stringify(seen[0]!.rawHeaders).includes("operator-key"));
  });

  test(`${family}: rejects other paths in the family's error format without contacting the provider`, async (t) => {
    const { ask, seen, gateway } = await setUp(t, { family });
    const { status, headers, body } = await ask("/v1/files?x=1");
    assert.equal(status, 404);
    assert.equal(headers["x-should-retry"], "false");
    const { type, error } = JSON.parse(body);
    assert.match(error.message, /POST \/v1\/files is not forwarded/);
    if (family === "anthropic") assert.deepEqual([type, error.type], ["error", "not_found_error"]);
    if (family === "openai") assert.deepEqual([error.type, error.code], ["invalid_request_error", null]);
    if (family === "gemini") assert.deepEqual([error.code, error.status], [404, "NOT_FOUND"]);
    assert.deepEqual(seen, []);
    assert.equal(gateway.lastFailure(), null);
    assert.equal((await ask()).status, 200, "control");
    assert.equal(seen.length, 1);
  });
}

/** Starts a second server, which must not receive any request. */
async function aForbiddenServer(t: TestContext) {
  const seen: string[] = [];
  const server = createServer((incoming, response) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    response.end("{}");
  });
  server.on("connect", (incoming, socket) => {
    seen.push(`CONNECT ${incoming.url}`);
    socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { seen, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Sends the bytes unchanged, and returns everything received until the other side closes the connection. */
async function sendRaw(socketPath: string, bytes: string): Promise<string> {
  const socket = connect(socketPath);
  socket.on("error", () => {});
  socket.write(bytes);
  return text(socket);
}

test("sends no request to another server, however the request names that server", async (t) => {
  const { seen, socketPath } = await setUp(t);
  const forbidden = await aForbiddenServer(t);
  const { host } = forbidden;
  const end = "connection: close\r\ncontent-length: 2\r\n\r\n{}";
  const refused = [
    `POST http://${host}/v1/messages HTTP/1.1\r\nhost: ${host}\r\n${end}`,
    `POST //${host}/v1/messages HTTP/1.1\r\nhost: x\r\n${end}`,
    `POST /@${host}/v1/messages HTTP/1.1\r\nhost: x\r\n${end}`,
    `POST /../v1/messages HTTP/1.1\r\nhost: x\r\n${end}`,
    `POST /%2e%2e/secret HTTP/1.1\r\nhost: x\r\n${end}`,
    `POST /v1/models/..%2f..%2fsecret HTTP/1.1\r\nhost: x\r\n${end}`,
    `CONNECT ${host} HTTP/1.1\r\nhost: ${host}\r\n\r\n`,
    `OPTIONS * HTTP/1.1\r\nhost: x\r\n${end}`,
  ];
  for (const bytes of refused) assert.doesNotMatch(await sendRaw(socketPath, bytes), /^HTTP\/1.1 2/, bytes);
  assert.deepEqual([seen, forbidden.seen], [[], []]);

  const requestHead = `POST /v1/messages HTTP/1.1\r\nhost: ${host}\r\nconnection: upgrade, close\r\nupgrade: websocket\r\ncontent-length: 2\r\n\r\n{}`;
  assert.match(await sendRaw(socketPath, requestHead), /^HTTP\/1.1 200/);
  assert.equal(seen[0]!.headers.upgrade, undefined, "an upgrade is sent as a plain request");
  assert.notEqual(seen[0]!.headers.host, host);
  assert.deepEqual(forbidden.seen, []);

  const sent = request(`http://${host}/v1/messages`);
  sent.end();
  await once(sent, "response");
  assert.deepEqual(
    forbidden.seen,
    ["GET /v1/messages"],
    "control: the other server is reachable and records requests",
  );
});

test("rejects a request with both Content-Length and Transfer-Encoding, and checks a pipelined request separately", async (t) => {
  const { seen, socketPath } = await setUp(t);
  const smuggled = "POST /v1/files HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
  const both = `POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`;
  assert.match(await sendRaw(socketPath, both), /^HTTP\/1.1 400/);
  await sendRaw(
    socketPath,
    `POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}${smuggled}`,
  );
  assert.deepEqual(
    seen.map(({ url }) => url),
    ["/base/v1/messages"],
  );
});
