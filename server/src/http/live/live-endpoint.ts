import { hashToken } from "../../core/api-key/create-api-key.ts";
import { AppError } from "../../core/errors.ts";
import type { LiveKind, LiveTicket } from "../../core/live/live-ticket.ts";
import type { Ports } from "../../core/ports/index.ts";
import type { SocketEndpoint, WorkFrame } from "./accept-sockets.ts";
import type { LiveSocket } from "./live-socket.ts";
import { serveChanges } from "./serve-changes.ts";
import { serveSubscriptions } from "./serve-subscriptions.ts";

const kinds: ReadonlyMap<string, LiveKind> = new Map([
  ["/v1/live", "live"],
  ["/v1/sessions/live", "sessions"],
  ["/v1/messages/live", "messages"],
]);
const maxWaitingFrames = 100;

type LivePorts = Pick<Ports, "store" | "clock" | "log">;

/** Connections that tell of sessions. */
export function createLiveEndpoint(ports: LivePorts, stallMs: number): SocketEndpoint {
  const { store, clock } = ports;
  return (path) => {
    const kind = kinds.get(path);
    if (kind === undefined) return null;
    return {
      take: async (token) => {
        const ticket = await store.liveTickets.take(kind, hashToken(token), clock.now());
        if (ticket === null) return null;
        return {
          serve: (live) => serve(ports, live, { ticket, stallMs }),
          requireAllowed: async () => {
            if (!(await store.apiKeys.isGood(ticket.apiKeyId)))
              throw new AppError("unauthenticated", "The API key was revoked; make a new one.");
          },
        };
      },
      badTicket: "The ticket is unknown, used or expired; make another one.",
      hasErrorFrames: false,
      heartbeatFrame: kind === "live" ? '{"type":"heartbeat"}' : null,
      maxWaitingFrames,
    };
  };
}

async function serve(
  ports: LivePorts,
  live: LiveSocket,
  { ticket, stallMs }: { readonly ticket: LiveTicket; readonly stallMs: number },
): Promise<WorkFrame> {
  const { kind, organizationId, apiKeyId, sessionId } = ticket;
  if (kind === "live" || sessionId === null) {
    live.answer({ type: "ready" });
    const userId = await ports.store.apiKeys.userOf(apiKeyId);
    if (userId === null) throw new AppError("unauthenticated", "The key of the ticket is gone.");
    return serveSubscriptions(ports, { viewer: { organizationId, userId }, socket: live, stallMs });
  }
  void serveChanges(ports, live, { kind, sessionId, stallMs });
  return () => live.refuse("This connection only tells; send nothing.");
}
