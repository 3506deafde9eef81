import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { AppError } from "../../../core/base/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { getVisibleSession } from "../../../core/sessions/index.ts";
import type { Terminals } from "../../../core/turns/index.ts";
import { forwardCall } from "../../forwarding/forward-call.ts";
import type { Forwarding } from "../../forwarding/forwarding.ts";
import { route } from "../../route.ts";

/** Issues tickets for terminals. The connections themselves are opened outside the router (http/terminal/). */
export function terminalRoutes(
  app: FastifyInstance,
  { store }: Pick<Ports, "store">,
  { terminals, forwarding }: { readonly terminals: Terminals; readonly forwarding: Forwarding },
): void {
  route(app, operations.terminalAuthorize, async ({ caller, params, raw }) => {
    const session = await getVisibleSession(store, caller, params.sessionId);
    const forwarded = await forwardCall(forwarding, raw, session.id);
    if (forwarded !== null) return operations.terminalAuthorize.response.parse(forwarded);
    const scope = { ...caller, sessionId: params.sessionId, address: raw.ip };
    return { ticket: await terminals.authorize(scope) };
  });
  route(app, operations.terminalConnect, async () => {
    throw new AppError(
      "invalid_input",
      "This is a WebSocket endpoint. Connect with an upgrade request and a ticket in the query.",
    );
  });
}
