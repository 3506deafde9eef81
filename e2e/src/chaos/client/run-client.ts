import { randomUUID } from "node:crypto";
import type Tembo from "@tembo-io/sdk";
import { delay } from "../../../../server/src/runtime/delay.ts";
import { retry } from "../../../../server/src/runtime/retry.ts";
import type { PlannedMessage, PlannedSession } from "../plan/work.ts";
import type { ClientLog } from "./log.ts";

export interface ClientParts {
  readonly client: Tembo;
  readonly log: ClientLog;
  readonly repositoryUrl: string;
  /** Ends the following of events. */
  readonly signal: AbortSignal;
}

/** Time limit for a message until a server acknowledges it. Longer than every fault. */
const acknowledgeLimitMs = 180_000;
const retryEveryMs = 1_000;

/** Creates the planned sessions, and sends and stops their messages. Resolves when no message is left to send. */
export async function runClient(parts: ClientParts, plan: readonly PlannedSession[]): Promise<void> {
  await Promise.all(plan.map((session) => runSession(parts, session)));
}

async function runSession(parts: ClientParts, { messages }: PlannedSession): Promise<void> {
  let sessionId: string | null = null;
  for (const message of messages) {
    await delay(message.afterMs);
    const id: string | null = await send(parts, sessionId, message);
    if (id === null) return;
    if (sessionId === null) void follow(parts, id);
    sessionId = id;
    if (message.stopAfterMs !== null) await stop(parts, id, message.stopAfterMs);
  }
}

/** Sends a message until a server acknowledges it, always with the same idempotency key. Returns the session's ID. */
async function send(
  { client, log, repositoryUrl }: ClientParts,
  sessionId: string | null,
  { token, prompt }: PlannedMessage,
): Promise<string | null> {
  const idempotencyKey = `${token}-${randomUUID()}`;
  log.add({ kind: "sent", token, at: Date.now() });
  const post = async () => {
    if (sessionId === null)
      return (await client.session.create({ prompt, repositories: [repositoryUrl] }, { idempotencyKey })).id;
    await client.session.messages.create(sessionId, { content: prompt }, { idempotencyKey });
    return sessionId;
  };
  try {
    const id = await untilDone(post);
    log.add({ kind: "acknowledged", token, sessionId: id, at: Date.now() });
    return id;
  } catch (cause) {
    log.add({ kind: "gaveUp", token, at: Date.now(), error: String(cause) });
    return null;
  }
}

async function stop({ client, log }: ClientParts, sessionId: string, afterMs: number): Promise<void> {
  await delay(afterMs);
  await untilDone(() => client.session.stop(sessionId));
  log.add({ kind: "stopped", sessionId, at: Date.now() });
}

function untilDone<T>(call: () => Promise<T>): Promise<T> {
  return retry(call, {
    afterError: (_error, { elapsedMs }) => (elapsedMs > acknowledgeLimitMs ? null : retryEveryMs),
  });
}

/** Logs each event that the client receives. Connects again when the stream breaks, after the last event. */
async function follow({ client, log, signal }: ClientParts, sessionId: string): Promise<void> {
  let after = 0;
  while (!signal.aborted) {
    try {
      for await (const event of client.session.events(sessionId, { after, signal })) {
        log.add({ kind: "seen", sessionId, at: Date.now(), event });
        after = event.id;
      }
    } catch {
      // The stream gave up during a long fault. A lost event shows in the log as a gap.
      await delay(retryEveryMs);
    }
  }
}
