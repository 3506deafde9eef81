import assert from "node:assert/strict";
import { once } from "node:events";
import type { RequestListener } from "node:http";
import { connect } from "node:net";
import { test } from "node:test";
import { connect as connectTls } from "node:tls";
import { createCertificateAuthority } from "./certificate/certificate-authority.ts";
import { serveHttp, serveTls } from "./testing/local-servers.ts";
import { openTestEgress } from "./testing/open-test-egress.ts";

const rounds = 20;

/** Listeners of which all but the last disconnect or send invalid data, each at a different point. */
const answers: RequestListener[] = [
  (request) => request.socket.destroy(),
  (request, response) => response.write("x".repeat(200_000), () => request.socket.destroy()),
  (_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("not gzip"),
  (request) =>
    request.socket.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
  (request) =>
    request.socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
  (request) => request.socket.end("no HTTP"),
  (_request, response) => response.end("x".repeat(300_000)),
];

test("the proxy still responds after clients and servers disconnect at any point", async (t) => {
  let answered = 0;
  const answer: RequestListener = (request, response) =>
    answers[answered++ % answers.length]!(request, response);
  const [plain, secure] = [await serveHttp(t, answer), await serveTls(t, answer)];
  const { socketPath, dial, ask } = await openTestEgress(t, {
    allow: [`open.example:${plain.port}`, `open.example:${secure.port}`],
    privateHosts: ["open.example", "bound.example"],
    lookup: async () => ["127.0.0.1"],
    upstreamCa: [secure.authority.certificate],
    certificateAuthority: await createCertificateAuthority("x"),
    secrets: [
      {
        value: "s3cret",
        header: "x-key",
        prefix: "",
        rules: [plain.port, secure.port].map((port) => ({ host: "bound.example", port })),
      },
    ],
  });
  const get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  const requests = [
    get.replace("/", `http://open.example:${plain.port}/`).repeat(3),
    `POST http://bound.example:${plain.port}/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nonly this`,
    `CONNECT open.example:${plain.port} HTTP/1.1\r\n\r\n${get.replace("Host: x", `Host: open.example:${plain.port}`).repeat(2)}`,
    `CONNECT bound.example:${plain.port} HTTP/1.1\r\n\r\n${get}`,
    `CONNECT bound.example:${secure.port} HTTP/1.1\r\n\r\n\u0016\u0003\u0001\u0000\u0004oops`,
  ];
  // The impatient client disconnects right after its request. The patient client disconnects when it receives the first
  // bytes of the response, or after the proxy has closed the connection.
  const breakOff = async (bytes: string, isPatient: boolean) => {
    const socket = connect(socketPath);
    socket.on("error", () => socket.destroy());
    await new Promise((resolve) => socket.write(bytes, resolve));
    if (isPatient) socket.once("data", () => socket.destroy()).once("end", () => socket.destroy());
    else socket.destroy();
    if (!socket.closed) await once(socket, "close");
  };
  const breakOffTls = async (host: string) => {
    const socket = await dial();
    socket.write(`CONNECT ${host}:${secure.port} HTTP/1.1\r\n\r\n`);
    await once(socket, "data");
    const secured = connectTls({ socket, servername: host, rejectUnauthorized: false });
    secured.on("error", () => secured.destroy());
    secured.once("secureConnect", () => secured.write(get.repeat(2)));
    secured.once("data", () => secured.destroy()).once("end", () => secured.destroy());
    await once(secured, "close");
  };
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all([
      ...requests.flatMap((bytes) => [breakOff(bytes, true), breakOff(bytes, false)]),
      breakOffTls("open.example"),
      breakOffTls("bound.example"),
    ]);
  }
  assert.ok(answered >= rounds, "control: the servers received the requests");
  assert.match(await ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), /^HTTP\/1.1 400 /, "the proxy still responds");
});
