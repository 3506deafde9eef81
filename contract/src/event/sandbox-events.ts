import { z } from "zod";
import { timestamp, uuid } from "../common.ts";
import { defineEvent } from "./define-event.ts";

/** Events about the sandbox: its lifetime, its terminals, published ports and blocked connections. */
export const sandboxEvents = [
  defineEvent(
    "sandbox.kept",
    "The sandbox keeps running after a turn, so that the next message starts immediately.",
    {
      until: timestamp,
    },
  ),
  defineEvent("sandbox.stopped", "A sandbox that was kept running has stopped.", { reason: z.string() }),
  defineEvent(
    "terminal.opened",
    "A person opened a terminal in the sandbox. Its contents are not recorded.",
    {
      terminalId: uuid,
      userId: uuid,
    },
  ),
  defineEvent("terminal.closed", "The terminal was closed.", { terminalId: uuid, reason: z.string() }),
  defineEvent("workspaceFile.saved", "A person saved a file in the workspace.", {
    path: z.string().describe("Path of the file in the workspace."),
    userId: uuid,
    sizeBytes: z.int().min(0),
  }),
  defineEvent(
    "preview.published",
    "A port of the sandbox was published, so that people can open it in a browser, or its name changed.",
    {
      previewId: uuid,
      port: z.int(),
      name: z.string().nullable().describe("Label for people."),
    },
  ),
  defineEvent("preview.removed", "A published port was removed.", { previewId: uuid, port: z.int() }),
  defineEvent("service.changed", "A service of the session's project has another state.", {
    name: z.string(),
    state: z
      .enum(["started", "ready", "failed", "exited"])
      .describe(
        "`started`: the program runs. `ready`: its check succeeded. `failed`: it was not ready in time. `exited`: it ended after it was ready.",
      ),
    port: z
      .int()
      .nullable()
      .describe("TCP port on which the service accepts connections, if its check names one."),
    output: z.string().nullable().describe("End of the output of a service that failed or exited."),
  }),
  defineEvent(
    "egress.denied",
    "A program in the sandbox requested a host to which access is not allowed. Recorded once per turn, host, port and reason.",
    {
      host: z.string(),
      port: z.int(),
      reason: z
        .enum(["notAllowed", "notPublic"])
        .describe(
          "`notAllowed`: the network policy does not list the host. `notPublic`: the host's address is private or local.",
        ),
    },
  ),
] as const;
