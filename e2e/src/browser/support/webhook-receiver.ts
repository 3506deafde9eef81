import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Starts a third-party server that receives webhooks. */
export async function startReceiver(address: string) {
  const bodies: string[] = [];
  const receiver = { status: 204, bodies, url: "", close: async () => {} };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    bodies.push(body);
    response.writeHead(receiver.status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  receiver.url = `http://${address}:${(server.address() as AddressInfo).port}/told`;
  receiver.close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return receiver;
}
