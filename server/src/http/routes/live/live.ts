import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { AppError } from "../../../core/base/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { getVisibleSession, makeLiveTicket } from "../../../core/sessions/index.ts";
import { route } from "../../route.ts";

/** Issues tickets for live connections. The connections themselves are opened outside the router (http/live/). */
export function liveRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.liveAuthorize, async ({ raw }) => ({
    ticket: await makeLiveTicket(ports, { ...raw.caller, kind: "live", sessionId: null }),
  }));

  for (const [operation, kind] of [
    [operations.sessionLiveAuthorize, "sessions"],
    [operations.messageLiveAuthorize, "messages"],
  ] as const) {
    route(app, operation, async ({ body, raw }) => {
      const session = await getVisibleSession(ports.store, raw.caller, body.scope.sessionId);
      return { ticket: await makeLiveTicket(ports, { ...raw.caller, kind, sessionId: session.id }) };
    });
  }

  for (const operation of [
    operations.liveConnect,
    operations.sessionLiveConnect,
    operations.messageLiveConnect,
  ]) {
    route(app, operation, async () => {
      throw new AppError(
        "invalid_input",
        "This is a WebSocket endpoint. Connect with an upgrade request and a ticket in the query.",
      );
    });
  }
}
