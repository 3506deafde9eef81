import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { type TestContext, test } from "node:test";
import { createEgressProxy } from "./create-egress-proxy.ts";
import { serveTls } from "./testing/local-servers.ts";

const log = { info() {}, warn() {}, error() {} };

async function receiver(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.9", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.9:${(server.address() as AddressInfo).port}`;
}

async function send(t: TestContext, answer: RequestListener, signal = AbortSignal.timeout(60_000)) {
  const place = await receiver(t, answer);
  const proxy = createEgressProxy({ log, privateHosts: [place] });
  return proxy.sendWebhook(
    { url: `http://${place}/in?a=1`, headers: { "webhook-id": "1" }, body: "{}" },
    signal,
  );
}

test("sends the headers and content length, and returns the status and body of the response", async (t) => {
  const got: unknown[] = [];
  const answer = await send(t, async (request, response) => {
    const { method, url, headers } = request;
    let body = "";
    for await (const chunk of request) body += chunk;
    got.push(method, url, headers["webhook-id"], headers["content-length"], body);
    response.writeHead(202).end("taken");
  });
  assert.deepEqual(got, ["POST", "/in?a=1", "1", "2", "{}"]);
  assert.deepEqual(answer, { status: 202, body: "taken" });
});

test("returns a redirect as the response and does not follow it", async (t) => {
  const other = await receiver(t, () => assert.fail("followed"));
  const answer = await send(t, (_, response) =>
    response.writeHead(302, { location: `http://${other}/` }).end(),
  );
  assert.equal(answer.status, 302);
});

test("returns the Retry-After header unchanged", async (t) => {
  const answer = await send(t, (_, response) => response.writeHead(429, { "retry-after": "120" }).end());
  assert.deepEqual(answer, { status: 429, body: "", retryAfter: "120" });
});

test("reads only the start of an endless response", async (t) => {
  const answer = await send(t, (_, response) => {
    response.on("error", () => {});
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(65_536)));
      if (!response.destroyed) response.once("drain", more);
    };
    more();
  });
  assert.deepEqual([answer.status, answer.body.length], [200, 1_024]);
});

test("returns the status of a response with a truncated body", async (t) => {
  const answer = await send(t, (_, response) => {
    response.writeHead(200, { "content-length": 100 });
    response.write("part", () => response.destroy());
  });
  assert.deepEqual(answer, { status: 200, body: "part" });
});

test("reports a receiver that times out or disconnects as unreachable", async (t) => {
  const stop = new AbortController();
  await assert.rejects(
    send(t, () => stop.abort(), stop.signal),
    { code: "unreachable", message: /did not respond in time/ },
  );
  await assert.rejects(
    send(t, (_, response) => response.destroy()),
    { code: "unreachable", message: /No response from 127\.0\.0\.9/ },
  );
});

const bodyless = { headers: {}, body: "{}" };
const soon = () => AbortSignal.timeout(60_000);

test("rejects a private address in every notation unless the operator lists the host", async (t) => {
  const place = await receiver(t, (_, response) => response.end());
  const port = place.split(":")[1];
  const lookup = async () => ["127.0.0.9"];
  const proxy = createEgressProxy({ log, privateHosts: [], lookup });
  // The host name looks like a public one.
  await assert.rejects(proxy.sendWebhook({ url: `https://hook.example:${port}/`, ...bodyless }, soon()), {
    code: "unreachable",
    message: /private network/,
  });
  for (const host of [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "10.0.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "[fd00::1]",
    "0.0.0.0",
  ]) {
    const url = `https://${host}:${port}/`;
    assert.match(proxy.problemOfWebhookUrl(url)!, /private network/, host);
    await assert.rejects(proxy.sendWebhook({ url, ...bodyless }, soon()), { code: "unreachable" }, host);
  }
  const open = createEgressProxy({ log, privateHosts: [`hook.example:${port}`], lookup });
  const url = `http://hook.example:${port}/`;
  assert.equal((await open.sendWebhook({ url, ...bodyless }, soon())).status, 200);
});

test("rejects link-local addresses, even for the operator's own hosts", async () => {
  const proxy = createEgressProxy({
    log,
    privateHosts: ["metadata.example", "169.254.169.254"],
    lookup: async () => ["169.254.169.254"],
  });
  assert.match(proxy.problemOfWebhookUrl("http://169.254.169.254/")!, /private network/);
  await assert.rejects(proxy.sendWebhook({ url: "http://metadata.example/", ...bodyless }, soon()), {
    code: "unreachable",
  });
});

test("resolves a name for each request, and connects to the address that it checked", async (t) => {
  const place = await receiver(t, (_, response) => response.end());
  const answers = [["127.0.0.9"], ["169.254.169.254"]];
  const proxy = createEgressProxy({
    log,
    privateHosts: ["hook.example"],
    lookup: async () => answers.shift()!,
  });
  const url = `http://hook.example:${place.split(":")[1]}/`;
  assert.equal((await proxy.sendWebhook({ url, ...bodyless }, soon())).status, 200);
  await assert.rejects(proxy.sendWebhook({ url, ...bodyless }, soon()), { code: "unreachable" });
});

test("accepts http only for the operator's own hosts, and rejects users, fragments and other schemes", () => {
  const proxy = createEgressProxy({ log, privateHosts: ["hooks.corp.example:8080"] });
  const problem = (url: string) => proxy.problemOfWebhookUrl(url);
  assert.equal(problem("https://example.com/tembo"), null);
  assert.equal(problem("http://hooks.corp.example:8080/"), null);
  assert.match(problem("http://hooks.corp.example:8081/")!, /must use https/);
  assert.match(problem("http://example.com/")!, /must use https/);
  assert.match(problem("https://a:b@example.com/")!, /must not contain a user/);
  assert.match(problem("https://example.com/#a")!, /fragment/);
  for (const url of ["ftp://example.com/", "file:///etc/passwd", "example.com", ""])
    assert.match(problem(url)!, /not a valid HTTPS URL/, url);
});

test("verifies the receiver's TLS certificate, and rejects one that the host does not trust", async (t) => {
  const { port, authority, seen } = await serveTls(t);
  const options = { log, privateHosts: ["hook.example"], lookup: async () => ["127.0.0.1"] };
  const url = `https://hook.example:${port}/`;
  await assert.rejects(createEgressProxy(options).sendWebhook({ url, ...bodyless }, soon()), {
    code: "unreachable",
    message: /certificate/,
  });
  assert.equal(seen.length, 0);
  const trusting = createEgressProxy({ ...options, upstreamCa: [authority.certificate] });
  assert.deepEqual(await trusting.sendWebhook({ url, ...bodyless }, soon()), { status: 200, body: "hello" });
});

test("times out if a receiver never finishes the TLS handshake", async (t) => {
  const silent = createTcpServer();
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  t.after(() => silent.close());
  const stop = new AbortController();
  silent.on("connection", (socket) => {
    t.after(() => socket.destroy());
    socket.once("data", () => stop.abort());
  });
  const { port } = silent.address() as AddressInfo;
  const proxy = createEgressProxy({ log, privateHosts: ["127.0.0.1"] });
  await assert.rejects(proxy.sendWebhook({ url: `https://127.0.0.1:${port}/`, ...bodyless }, stop.signal), {
    code: "unreachable",
    message: /did not respond in time/,
  });
});
