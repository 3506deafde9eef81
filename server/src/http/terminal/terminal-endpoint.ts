import { terminalQuery } from "@tembo/contract";
import { AppError, type Logger } from "../../core/base/index.ts";
import type { TerminalScope, Terminals } from "../../core/turns/index.ts";
import type { Admitted, SocketEndpoint } from "../live/accept-sockets.ts";
import { serveTerminal } from "./serve-terminal.ts";

const path = /^\/v1\/sessions\/([^/]+)\/terminal$/;
/** The limit is large, because keystrokes that a slow network has delayed arrive at the same time. */
const maxWaitingFrames = 10_000;

export function createTerminalEndpoint(terminals: Terminals, log: Logger): SocketEndpoint {
  return (asked) => {
    const sessionId = path.exec(asked)?.[1];
    if (sessionId === undefined) return null;
    return {
      take: async (ticket) => {
        const scope = terminals.take(ticket);
        return scope?.sessionId === sessionId ? admit(terminals, scope, log) : null;
      },
      elsewhere: (ticket) => (terminals.mayBeElsewhere(sessionId, ticket) ? sessionId : null),
      badTicket: "The ticket is unknown, used or expired. Create a new ticket.",
      hasErrorFrames: true,
      heartbeatFrame: '{"type":"heartbeat"}',
      maxWaitingFrames,
    };
  };
}

function admit(terminals: Terminals, scope: TerminalScope, log: Logger): Admitted {
  return {
    serve: async (live, query) => {
      const size = terminalQuery.safeParse(Object.fromEntries(query));
      if (!size.success) throw new AppError("invalid_input", "Rows and columns must be from 1 to 1000.");
      return serveTerminal(live, await terminals.open(scope, size.data, live.signal), log);
    },
    requireAllowed: () => terminals.requireAllowed(scope),
    changes: (signal) => terminals.changes(scope, signal),
  };
}
