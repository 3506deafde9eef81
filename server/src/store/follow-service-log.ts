import type { Queries } from "../core/ports.ts";
import { type FollowedServiceLog, isRunning } from "../core/turns/index.ts";
import { followPages } from "./follow-pages.ts";
import type { Listener } from "./listener.ts";

const pageLength = 100;

const missing = "[Earlier output was removed.]\n";

interface Parts {
  readonly services: Queries["services"];
  readonly turns: Queries["turns"];
  readonly listener: Listener;
}

interface FollowedService {
  readonly sessionId: string;
  readonly name: string;
  readonly afterSeq: number;
  readonly signal: AbortSignal;
}

/** Implements `TurnsStore.followServiceLog`. Replaces entries that were removed before they could be read with a note. */
export async function* followServiceLog(
  parts: Parts,
  service: FollowedService,
): AsyncGenerator<FollowedServiceLog, void, undefined> {
  await untilStarted(parts, service);
  yield* followStarted(parts, service);
}

/**
 * Waits until the service has started, no turn will start it, or the signal aborts. A turn starts services before it sends its
 * prompt, or not at all, for example without the project's system.
 */
async function untilStarted(
  { services, turns, listener }: Parts,
  { sessionId, name, signal }: FollowedService,
): Promise<void> {
  // The session changes when its turn ends, and with the first event after the prompt.
  const ids = [sessionId, keyOf(sessionId, name)];
  const pages = followPages<never>(listener, ids, signal, async () => {
    // Reads the turn first: no service starts after its end.
    const turn = await turns.active(sessionId);
    const service = await services.find(sessionId, name);
    const mayStart = turn !== null && !turn.isPromptSent;
    const isAwaited = mayStart && (service === null || service.startedAt === null);
    return { items: [], next: isAwaited ? "wait" : "end" };
  });
  await pages.next();
}

/** The key under which `notify_service` reports changes of a service. */
const keyOf = (sessionId: string, name: string) => `${sessionId}/${name}`;

function followStarted(
  { services, listener }: Parts,
  { sessionId, name, afterSeq, signal }: FollowedService,
): AsyncGenerator<FollowedServiceLog, void, undefined> {
  let seq = afterSeq;
  let sandboxId: string | null = null;
  return followPages<FollowedServiceLog>(listener, [keyOf(sessionId, name)], signal, async () => {
    // Reads the state first: no entry is appended after the end of a service.
    const service = await services.find(sessionId, name);
    if (service === null || (sandboxId !== null && sandboxId !== service.sandboxId))
      return { items: [{ kind: "end", state: "stopped" }], next: "end" };
    sandboxId = service.sandboxId;
    const entries = await services.readLog(sessionId, name, { afterSeq: seq, limit: pageLength });
    const items = entries.map((entry, index) => {
      const isFirst = index === 0 && entry.seq > Math.max(seq, service.logStartSeq) + 1;
      return { kind: "log" as const, seq: entry.seq, text: isFirst ? missing + entry.text : entry.text };
    });
    seq = entries.at(-1)?.seq ?? seq;
    if (entries.length === pageLength) return { items, next: "read" };
    if (isRunning(service)) return { items, next: "wait" };
    return { items: [...items, { kind: "end", state: service.state }], next: "end" };
  });
}
