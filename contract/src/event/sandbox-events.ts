import { z } from "zod";
import { timestamp, uuid } from "../common.ts";
import { defineEvent } from "./define-event.ts";

/** Events about the sandbox: its lifetime, its terminals and blocked connections. */
export const sandboxEvents = [
  defineEvent("sandbox.kept", "The sandbox stays up after a turn, so that the next message starts at once.", {
    until: timestamp,
  }),
  defineEvent("sandbox.stopped", "The sandbox that stayed up was stopped.", { reason: z.string() }),
  defineEvent(
    "terminal.opened",
    "A person opened a terminal in the sandbox. Its contents are not recorded.",
    {
      terminalId: uuid,
      userId: uuid,
    },
  ),
  defineEvent("terminal.closed", "The terminal was closed.", { terminalId: uuid, reason: z.string() }),
  defineEvent(
    "egress.denied",
    "A program in the sandbox asked for a host that it may not reach. Recorded once per turn, host, port and reason.",
    {
      host: z.string(),
      port: z.int(),
      reason: z
        .enum(["notAllowed", "notPublic"])
        .describe(
          "`notAllowed`: the network policy does not list it. `notPublic`: its address is private or local.",
        ),
    },
  ),
] as const;
