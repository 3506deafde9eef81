import { hashToken } from "../../core/accounts/index.ts";
import type { Ports } from "../../core/ports.ts";
import { type Access, type LiveKind, type LiveTicket, requireAccess } from "../../core/sessions/index.ts";
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

/** Creates the endpoint for live connections. They report changes to sessions. */
export function createLiveEndpoint(ports: LivePorts, stallMs: number): SocketEndpoint {
  const { store, clock } = ports;
  return (path) => {
    const kind = kinds.get(path);
    if (kind === undefined) return null;
    return {
      take: async (token) => {
        const ticket = await store.liveTickets.take(kind, hashToken(token), clock.now());
        const person = ticket && (await store.apiKeys.personOf(ticket.apiKeyId));
        if (ticket === null || person === null) return null;
        const access = { ...person, organizationId: ticket.organizationId, apiKeyId: ticket.apiKeyId };
        const requireAllowed = () => requireAccess(store, access, ticket.sessionId);
        return {
          serve: async (live) => {
            // The session may have become private since the ticket was issued.
            await requireAllowed();
            return serve(ports, live, { ticket, access, stallMs });
          },
          requireAllowed,
          changes: (signal) => store.followAccess(access.organizationId, signal),
        };
      },
      badTicket: "The ticket is unknown, used or expired. Create a new ticket.",
      hasErrorFrames: false,
      heartbeatFrame: kind === "live" ? '{"type":"heartbeat"}' : null,
      maxWaitingFrames,
    };
  };
}

async function serve(
  ports: LivePorts,
  live: LiveSocket,
  {
    ticket: { kind, sessionId },
    access,
    stallMs,
  }: { readonly ticket: LiveTicket; readonly access: Access; readonly stallMs: number },
): Promise<WorkFrame> {
  if (kind === "live" || sessionId === null) {
    live.answer({ type: "ready" });
    return serveSubscriptions(ports, { access, socket: live, stallMs });
  }
  void serveChanges(ports, live, { kind, sessionId, access, stallMs });
  return () => live.refuse("This connection only sends data to the client. Do not send frames.");
}
