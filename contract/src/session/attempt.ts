import { z } from "zod";
import { uuid } from "../common.ts";
import { maxSessionAttempts, minSessionAttempts } from "../limits.ts";
import { legacyStatus } from "./session-status.ts";

/** Entry for an attempt in the body of `POST /session/create`. */
const wantedAttempt = z.strictObject({
  agent: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe("`harness:model[:provider]`. Defaults to the `agent` of the session."),
});

export const wantedAttempts = z
  .array(wantedAttempt)
  .min(minSessionAttempts)
  .max(maxSessionAttempts)
  .optional()
  .describe(
    "Creates a session for each attempt at the same task, each with its own agent, branch and budget. Each counts as a request against the rate limit. Cannot be used for a draft or with `branchName`. An extension of Tembo.",
  );

/** An attempt that `POST /session/create` has created. */
export const createdAttempt = z.strictObject({
  id: uuid,
  number: z.int().min(1),
  agent: z.string(),
  status: legacyStatus,
  htmlUrl: z.url(),
});
export type CreatedAttempt = z.infer<typeof createdAttempt>;

/** Place of a session among several attempts at the same task. */
export const attemptPlace = z.strictObject({
  groupId: uuid.describe("ID of the session of the first attempt. All attempts have it."),
  number: z.int().min(1),
  count: z.int().min(minSessionAttempts),
});
export type AttemptPlace = z.infer<typeof attemptPlace>;

const attemptState = z
  .enum(["open", "kept", "ending", "ended"])
  .describe(
    "`open`: no attempt was kept. `ending`: another attempt was kept, and the server stops and archives this one and closes its pull requests. `ended`: it has done so, or a message has continued the session.",
  );

export const sessionAttempt = z.strictObject({
  sessionId: uuid,
  number: z.int().min(1),
  title: z.string(),
  agent: z.string(),
  status: legacyStatus,
  state: attemptState,
  problem: z
    .string()
    .nullable()
    .describe("Reason why the attempt could not be ended, and what to change. Null otherwise."),
  htmlUrl: z.url(),
});
export type SessionAttempt = z.infer<typeof sessionAttempt>;

/** Attempts at one task that the caller can see, by number. */
export const sessionAttempts = attemptPlace.pick({ groupId: true, count: true }).extend({
  keptSessionId: uuid.nullable(),
  attempts: z.array(sessionAttempt),
});
export type SessionAttempts = z.infer<typeof sessionAttempts>;
