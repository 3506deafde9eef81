import { once } from "node:events";
import { request as ask, createServer, type Server } from "node:http";
import { connect } from "node:net";

/** A proxy that asks no questions, as the control of the egress door. It takes what Node's parser would refuse. */
export async function startPlainProxy(port: number): Promise<Server> {
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
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** What runs beside the server on a host's loopback. */
export async function startLocalService(port: number): Promise<Server> {
  const server = createServer((_request, response) => response.end("the world at loopback\n"));
  server.listen(port, "::");
  await once(server, "listening");
  return server;
}

function unbracket(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}
