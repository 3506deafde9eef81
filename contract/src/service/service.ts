import { z } from "zod";
import { timestamp } from "../common.ts";
import { maxServiceLogBytes } from "../limits.ts";
import { projectService } from "../project/environment.ts";
import { sessionParams } from "../session/session.ts";

export const sessionServiceState = z
  .enum(["starting", "ready", "exited", "stopped"])
  .describe(
    "`starting`: the program runs, and its check has not succeeded yet. `ready`: its check succeeded. `exited`: the program ended by itself. `stopped`: it has not started yet, or it was stopped, usually with the sandbox.",
  );

/** A service of a session's project, as it runs in the session's sandbox or ran in its last one. */
export const sessionService = z.strictObject({
  name: projectService.shape.name,
  command: z.string(),
  state: sessionServiceState,
  changedAt: timestamp.nullable().describe("Start of the state. Null if the service has not started yet."),
  startedAt: timestamp.nullable().describe("Start of the program. Null if the service has not started yet."),
  readyMs: z
    .int()
    .min(0)
    .nullable()
    .describe("Milliseconds from the start until the service was ready. Null if it was not ready."),
  exitCode: z
    .int()
    .nullable()
    .describe("Exit code of an exited service. Null if a signal ended it, and in other states."),
  port: z
    .int()
    .nullable()
    .describe("TCP port on which the service accepts connections, if its check names one."),
});
export type SessionService = z.infer<typeof sessionService>;

export const sessionServiceList = z.strictObject({ items: z.array(sessionService) });
export type SessionServiceList = z.infer<typeof sessionServiceList>;

export const sessionServiceParams = sessionParams.extend({ serviceName: projectService.shape.name });

export const sessionServiceLogQuery = z.object({
  maxBytes: z.coerce
    .number()
    .int()
    .min(1)
    .max(maxServiceLogBytes)
    .default(maxServiceLogBytes)
    .describe("Maximum size of the text. A longer log is returned without its beginning."),
});

export const sessionServiceLog = z.strictObject({
  name: projectService.shape.name,
  text: z.string().describe("Both output streams of the program, in whole lines. Secrets are masked."),
  isCut: z.boolean().describe("True if the beginning of the log is missing."),
});
export type SessionServiceLog = z.infer<typeof sessionServiceLog>;

export const sessionServiceLogHeaders = z.object({
  "last-event-id": z.coerce.number().int().min(0).optional(),
});
