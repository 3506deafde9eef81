import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { socketOfTest } from "../../testing/socket-of-test.ts";
import { createEgressProxy } from "../create-egress-proxy.ts";

/**
 * Runs in a network namespace whose loopback device also has a public address. Public addresses are therefore reachable, but nothing leaves
 * the machine. Prints the results as JSON. Arguments: the public address and a path for the socket.
 */
const [publicAddress = "", socketPath = ""] = process.argv.slice(2);
const port = 8080;
const seen: string[] = [];

const server = createServer((request, response) => {
  seen.push(
    `${request.socket.localAddress} ${request.headers.host} ${request.headers.authorization ?? "none"}`,
  );
  if (request.url === "/redirect") response.writeHead(302, { location: `http://inner.example:${port}/` });
  response.end("hello");
}).listen(port, "0.0.0.0");
await once(server, "listening");

const answers: Record<string, string[]> = {
  "public.example": [publicAddress],
  "mixed.example": ["10.0.0.1", "127.0.0.1", publicAddress],
  "inner.example": ["127.0.0.1"],
};
let turns = 0;
const lookup = async (host: string) =>
  host === "turning.example" ? [turns++ === 0 ? publicAddress : "127.0.0.1"] : (answers[host] ?? []);
const egress = createEgressProxy({ log: { info() {}, warn() {}, error() {} }, privateHosts: [], lookup });
const proxy = await egress.openEgress({
  ...socketOfTest(socketPath),
  policy: { kind: "open" },
  secrets: [
    { value: "s3cret", header: "authorization", prefix: "", rules: [{ host: "public.example", port }] },
  ],
  certificateAuthority: await egress.createCertificateAuthority("x"),
  onDenied: ({ host, reason }) => denied.push(`${host} ${reason}`),
});
const denied: string[] = [];

async function ask(bytes: string): Promise<string> {
  const socket = connect(socketPath);
  socket.write(bytes);
  const answer = await text(socket);
  return answer.slice(answer.lastIndexOf("HTTP/1.1 ") + 9).slice(0, 3);
}
const get = (url: string) => `GET ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
const tunneled = (host: string) => `CONNECT ${host}:${port} HTTP/1.1\r\n\r\n${get("/")}`;
const statuses: Record<string, string> = {};
for (const [name, bytes] of Object.entries({
  public: get(`http://public.example:${port}/redirect`),
  redirected: get(`http://inner.example:${port}/`),
  tunnel: tunneled("public.example"),
  address: get(`http://${publicAddress}:${port}/`),
  mixed: get(`http://mixed.example:${port}/`),
  turning: tunneled("turning.example"),
  turned: tunneled("turning.example"),
})) {
  statuses[name] = await ask(bytes);
}
await proxy.close();
server.close();
process.stdout.write(JSON.stringify({ statuses, seen, denied, turns }));
