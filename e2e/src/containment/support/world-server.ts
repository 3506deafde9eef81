/** Runs in the world namespace. Responds to HTTP and DNS requests for every address and records them. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { answerAll } from "./conversation.ts";
import { answerName } from "./names.ts";
import type { WorldHit } from "./network.ts";

const hits: WorldHit[] = [];
const maxHits = 1_000;

function note(hit: WorldHit): void {
  if (hits.length < maxHits) hits.push(hit);
}

const server = createServer((request, response) => {
  const address = (request.socket.localAddress ?? "").replace(/^::ffff:/, "");
  note({ kind: "http", target: address });
  response.end(`the world at ${address} for ${request.headers.host}\n`);
});
server.listen({ port: 80, host: "::" });
await once(server, "listening");

// Reports the requested TLS server name as plain text, because the world has no certificate.
const secure = createTcpServer((socket) => {
  socket.on("error", () => {});
  socket.on("data", (bytes) => {
    const name = /[a-z]+\.example/.exec(bytes.toString("latin1"))?.[0] ?? "nobody";
    socket.end(`the world heard of ${name}\n`);
  });
});
for (const port of [443, 8080]) {
  const listener =
    port === 443 ? secure : createServer((_request, response) => response.end("the world at 8080\n"));
  listener.listen({ port, host: "::" });
  await once(listener, "listening");
}

for (const type of ["udp4", "udp6"] as const) {
  const names = createSocket({ type, ipv6Only: type === "udp6" });
  names.on("message", (query, from) => {
    const { name, answer } = answerName(query);
    note({ kind: "dns", target: name });
    if (answer !== null) names.send(answer, from.port, from.address);
  });
  names.bind(53, type === "udp4" ? "192.0.2.1" : "fd00:7e3b::1");
  await once(names, "listening");
}

await answerAll(async () => hits.splice(0));
process.exit();
