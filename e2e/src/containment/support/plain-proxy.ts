import { once } from "node:events";
import { request as ask, createServer, type Server } from "node:http";
import { connect, createServer as createTcpServer, type Socket, type Server as TcpServer } from "node:net";

/**
 * Starts a proxy without checks, as the control for the egress proxy. It accepts SOCKS, and requests that Node's parser
 * would reject by default.
 */
export async function startPlainProxy(port: number): Promise<TcpServer> {
  const server = createServer({ insecureHTTPParser: true }, (request, response) => {
    const { hostname, port: targetPort, pathname } = new URL(request.url ?? "/");
    const { method, headers } = request;
    const sent = ask({
      host: unbracket(hostname),
      port: targetPort || 80,
      path: pathname,
      method: method!,
      headers,
    });
    sent.on("response", (answer) => answer.pipe(response));
    sent.on("error", (error) => response.destroy(error));
    request.resume();
    sent.end();
  });
  server.on("connect", (request, client) => {
    const [, host = "", targetPort = ""] = /^(.*):(\d+)$/.exec(request.url ?? "") ?? [];
    const target = connect({ host: unbracket(host), port: Number(targetPort) }, () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      client.pipe(target).pipe(client);
    });
    client.on("error", () => target.destroy());
    target.on("error", () => client.destroy());
  });
  const listener = createTcpServer((client) => {
    client.on("error", () => client.destroy());
    client.once("readable", () => {
      const first: Buffer | null = client.read();
      if (first === null) return;
      if (first[0] === 4 || first[0] === 5) speakSocks(client, first);
      else {
        client.unshift(first);
        server.emit("connection", client);
      }
    });
  });
  listener.listen(port, "127.0.0.1");
  await once(listener, "listening");
  return listener;
}

/**
 * Handles SOCKS5 (RFC 1928) and SOCKS4a: CONNECT by name, without a password. Assumes that each message arrives in a
 * single chunk.
 */
function speakSocks(client: Socket, first: Buffer): void {
  const carry = (host: string, port: number, done: Buffer) => {
    const target = connect({ host, port }, () => {
      client.write(done);
      client.pipe(target).pipe(client);
    });
    target.on("error", () => client.destroy());
  };
  if (first[0] === 4) {
    carry(
      first.toString("latin1", 9, first.length - 1),
      first.readUInt16BE(2),
      Buffer.from([0, 90, 0, 0, 0, 0, 0, 0]),
    );
    return;
  }
  client.write(Buffer.from([5, 0]));
  client.once("data", (asked: Buffer) => {
    const end = 5 + asked[4]!;
    client.pause();
    carry(
      asked.toString("latin1", 5, end),
      asked.readUInt16BE(end),
      Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
    );
  });
}

/** Starts a server that acts as another service on the host's loopback interface. */
export async function startLocalService(port: number): Promise<Server> {
  const server = createServer((_request, response) => response.end("the world at loopback\n"));
  server.listen(port, "::");
  await once(server, "listening");
  return server;
}

function unbracket(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}
