import assert from "node:assert/strict";
import { once } from "node:events";
import type { RequestListener } from "node:http";
import { request } from "node:https";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import type { BoundSecret } from "../../core/access/index.ts";
import { AppError } from "../../core/base/index.ts";
import { createCertificateAuthority } from "./certificate/certificate-authority.ts";
import { serveHttp, serveTls } from "./testing/local-servers.ts";
import { openTestEgress } from "./testing/open-test-egress.ts";

const secretValue = 'sek"ret+42';

test("replaces the client's header with the secret, without an allowlist entry for the host", async (t) => {
  const { ask, server, denied } = await setUp(t);
  const answer = await ask("/v1?x=1", { authorization: "Bearer mine", "x-kept": "1", range: "bytes=0-3" });
  assert.equal(answer.status, 200);
  assert.equal(answer.body, "hello");
  const [{ request: seen }] = server.seen as [(typeof server.seen)[0]];
  assert.equal(seen.headers.authorization, `Bearer ${secretValue}`);
  assert.equal(seen.headers.host, `api.example:${server.port}`);
  assert.equal(seen.headers["x-kept"], "1");
  assert.equal(seen.headers["accept-encoding"], "identity");
  assert.equal(seen.headers.range, undefined);
  assert.equal(seen.rawHeaders.filter((name) => name.toLowerCase() === "authorization").length, 1);
  assert.deepEqual(denied, []);
});

test("sends the secret to no other host, regardless of the Host header or the path", async (t) => {
  const { ask, askOn, server } = await setUp(t);
  await ask("/", { host: "friend.example" });
  assert.equal(
    server.seen[0]!.request.headers.host,
    `api.example:${server.port}`,
    "the request carries the secret's own host",
  );
  const friend = await askOn("friend.example", server.authority.certificate, "/", {});
  assert.equal(friend.status, 200, "control: the other host is reachable");
  assert.equal(server.seen[1]!.request.headers.authorization, undefined);
  assert.equal((await ask("http://friend.example/", {})).status, 400);
  assert.equal((await ask("*", {}, "OPTIONS")).status, 400);
  assert.equal((await ask("/", {}, "TRACE")).status, 405);
  assert.equal(server.seen.length, 2);
});

test("replaces only the placeholder and leaves the client's other header values unchanged", async (t) => {
  const { ask, server } = await setUp(t, undefined, { inPlaceOf: "placeholder" });
  const sent = ["Bearer placeholder", "Bearer mine", "placeholder", null];
  for (const authorization of sent) await ask("/", authorization === null ? {} : { authorization });
  assert.deepEqual(
    server.seen.map(({ request: { headers } }) => headers.authorization),
    [`Bearer ${secretValue}`, "Bearer mine", "placeholder", undefined],
  );
});

test("removes the secret from response headers and bodies, even if it is encoded or split", async (t) => {
  const { ask } = await setUp(t, (incoming, response) => {
    const echo = `you sent ${incoming.headers.authorization} and ${JSON.stringify({ secretValue })} ${encodeURIComponent(secretValue)}`;
    response.setHeader("x-echo", incoming.headers.authorization!);
    response.setHeader("location", `/?token=${encodeURIComponent(secretValue)}`);
    const encoders = { "/gzip": gzipSync, "/br": brotliCompressSync, "/zstd": zstdCompressSync };
    const encoder = encoders[incoming.url as keyof typeof encoders];
    if (encoder !== undefined) {
      response.setHeader("content-encoding", incoming.url!.slice(1));
      response.end(encoder(Buffer.from(echo)));
    } else if (incoming.url === "/sized") {
      response.setHeader("content-length", Buffer.byteLength(echo));
      response.end(echo);
    } else {
      for (const letter of echo) response.write(letter);
      response.end();
    }
  });
  for (const path of ["/cut", "/sized", "/gzip", "/br", "/zstd"]) {
    const { headers, body } = await ask(path);
    assert.match(body, /^you sent Bearer \*{10} and \{"secretValue":"\*{11}"\} \*+$/, path);
    assert.equal(headers["x-echo"], `Bearer ${"*".repeat(10)}`, path);
    assert.equal(headers["content-encoding"], undefined);
    assert.doesNotMatch(JSON.stringify(headers), /sek/);
  }
});

test("rejects a response whose encoding prevents masking", async (t) => {
  const { ask } = await setUp(t, (_request, response) => {
    response.setHeader("content-encoding", "compress");
    response.end("x");
  });
  const { status, body } = await ask("/");
  assert.equal(status, 502);
  assert.match(body, /"compress"/);
});

test("injects the secret into each request on a connection, and rejects WebSocket with an explanation", async (t) => {
  const { secure, server } = await setUp(t);
  const socket = await secure("api.example");
  socket.write("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  const [first] = await once(socket, "data");
  socket.write("POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi");
  socket.write("GET /3 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  const answers = `${first}${await text(socket)}`;
  assert.match(
    answers,
    /^HTTP\/1.1 200[\s\S]*HTTP\/1.1 200[\s\S]*HTTP\/1.1 501[\s\S]*WebSocket is not available/,
  );
  assert.deepEqual(
    server.seen.map(({ request: { url, headers }, body }) => [url, headers.authorization, body]),
    [
      ["/1", `Bearer ${secretValue}`, ""],
      ["/2", `Bearer ${secretValue}`, "hi"],
    ],
  );
  assert.equal(
    server.seen[0]!.request.socket,
    server.seen[1]!.request.socket,
    "both requests use one connection to the server",
  );
});

test("rejects attempts to reach another host through the tunnel", async (t) => {
  const { secure, server } = await setUp(t);
  const socket = await secure("api.example");
  socket.write(`CONNECT friend.example:${server.port} HTTP/1.1\r\nHost: x\r\n\r\n`);
  assert.match(await text(socket), /^HTTP\/1.1 400 /);
  const smuggling = await secure("api.example");
  smuggling.write(
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  );
  assert.match(await text(smuggling), /^HTTP\/1.1 400 /);
  await assert.rejects(secure("hidden.example", "api.example"), "TLS for a host that is not allowed");
  assert.equal(server.seen.length, 0);
});

test("sends the secret only to a server with a valid certificate", async (t) => {
  const { ask, server } = await setUp(t, undefined, { isUpstreamTrusted: false });
  const { status, body } = await ask("/");
  assert.equal(status, 502);
  assert.match(body, /No verified TLS connection/);
  assert.equal(server.seen.length, 0);
});

test("checks the address of a host with an injected secret like that of any other host", async (t) => {
  const { ask, denied } = await setUp(t, undefined, { privateHosts: [] });
  const { status, body } = await ask("/");
  assert.equal(status, 403);
  assert.match(body, /TEMBO_PRIVATE_HOSTS/);
  assert.equal(denied[0]?.reason, "notPublic");
});

test("sends the secret over plain HTTP only to the operator's own private hosts", async (t) => {
  const server = await serveHttp(t, (incoming, response) =>
    response.end(incoming.headers.authorization ?? "none"),
  );
  const place = `api.example:${server.port}`;
  const authority = await createCertificateAuthority("x");
  const ways = [
    `GET http://${place}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    `CONNECT ${place} HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
  ];
  for (const bytes of ways) {
    const { ask } = await openTestEgress(t, {
      secrets: [secretFor(place)],
      certificateAuthority: authority,
      privateHosts: [place],
      lookup: async () => ["127.0.0.1"],
    });
    assert.match(await ask(bytes), /Bearer \*{10}/);
  }
  assert.deepEqual(
    server.seen.map(({ request: seen }) => seen.headers.authorization),
    ways.map(() => `Bearer ${secretValue}`),
  );
});

test("rejects an invalid secret when the proxy opens, without repeating its value", async (t) => {
  const wrong = [
    { ...secretFor("a.example"), value: "line\nsek" },
    { ...secretFor("a.example"), header: "with space" },
    { ...secretFor("a.example"), header: "host" },
    { ...secretFor("a.example"), value: "" },
  ];
  const certificateAuthority = await createCertificateAuthority("x");
  for (const secret of wrong) {
    await assert.rejects(openTestEgress(t, { secrets: [secret], certificateAuthority }), (error) => {
      return error instanceof AppError && error.code === "invalid_input" && !error.message.includes("sek");
    });
  }
});

function secretFor(place: string): BoundSecret {
  const [host = "", port] = place.split(":");
  return {
    value: secretValue,
    header: "authorization",
    prefix: "Bearer ",
    rules: [{ host, port: port === undefined ? null : Number(port) }],
  };
}

async function setUp(
  t: TestContext,
  answer?: RequestListener,
  options: {
    readonly isUpstreamTrusted?: boolean;
    readonly privateHosts?: readonly string[];
    readonly inPlaceOf?: string;
  } = {},
) {
  const server = await serveTls(t, answer);
  const { port } = server;
  const authority = await createCertificateAuthority("organization");
  const proxy = await openTestEgress(t, {
    allow: [`friend.example:${port}`],
    secrets: [
      {
        ...secretFor(`api.example:${port}`),
        ...(options.inPlaceOf !== undefined && { inPlaceOf: options.inPlaceOf }),
      },
    ],
    certificateAuthority: authority,
    privateHosts: options.privateHosts ?? ["api.example", "friend.example"],
    lookup: async () => ["127.0.0.1"],
    ...(options.isUpstreamTrusted === false ? {} : { upstreamCa: [server.authority.certificate] }),
  });
  const secure = async (servername: string, host = servername, ca = authority.certificate) => {
    const socket = await tunnelTo(proxy.socketPath, `${host}:${port}`);
    const secured = connectTls({ socket, ca, servername });
    await once(secured, "secureConnect");
    t.after(() => secured.destroy());
    return secured;
  };
  const askOn = async (
    host: string,
    ca: string,
    path: string,
    headers: Record<string, string>,
    method = "GET",
  ) => {
    const socket = await secure(host, host, ca);
    const sent = request({ createConnection: () => socket, host, port, path, method, headers }).end();
    const [response] = await once(sent, "response");
    const { statusCode, headers: answered } = response;
    return { status: statusCode as number, headers: answered, body: await text(response) };
  };
  const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    askOn("api.example", authority.certificate, path, headers, method);
  return { ...proxy, server, secure, askOn, ask };
}

async function tunnelTo(socketPath: string, place: string): Promise<Socket> {
  const socket = connect(socketPath);
  socket.write(`CONNECT ${place} HTTP/1.1\r\n\r\n`);
  const [answer] = await once(socket, "data");
  assert.match(String(answer), /^HTTP\/1.1 200 /);
  return socket;
}
