import type { AddressInfo } from "node:net";
import Fastify from "fastify";
import { FailedAuthentications } from "../../admission/failed-authentications.ts";
import { noForwarding } from "../../forwarding/forwarding.ts";
import { createRequestId } from "../../request-id.ts";
import { type Admitted, acceptSockets, createSocketFinder, isSocketUpgrade } from "../accept-sockets.ts";
import { LiveClient } from "./live-client.ts";

/** Serves WebSockets at `/here` on a loopback port. Every ticket is valid. */
export async function serveSockets(admitted: Admitted, heartbeatMs = 60_000) {
  const find = createSocketFinder(
    [""],
    [
      (path) =>
        path === "/here"
          ? {
              take: async () => admitted,
              badTicket: "No ticket.",
              hasErrorFrames: true,
              heartbeatFrame: null,
              maxWaitingFrames: 10_000,
            }
          : null,
    ],
  );
  const warnings: string[] = [];
  const log = {
    info: () => {},
    error: () => {},
    warn: (_: object, words: string) => void warnings.push(words),
  };
  const app = Fastify({
    http: { shouldUpgradeCallback: (request) => isSocketUpgrade(request, find, () => false) },
  });
  acceptSockets(app, {
    forwarding: noForwarding,
    elsewhere: { owns: () => false, serveSocket: () => {} },
    refuseHost: () => null,
    clientAddress: ({ socket }) => socket.remoteAddress ?? "",
    find,
    failures: new FailedAuthentications(0),
    requestId: createRequestId(() => false),
    log,
    heartbeatMs,
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    warnings,
    log,
    connect: () => new LiveClient(`ws://127.0.0.1:${port}/here?ticket=t`),
    [Symbol.asyncDispose]: () => app.close(),
  };
}
