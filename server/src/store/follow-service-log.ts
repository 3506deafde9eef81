import type { Queries } from "../core/ports.ts";
import { type FollowedServiceLog, isRunning } from "../core/turns/index.ts";
import { followPages } from "./follow-pages.ts";
import type { Listener } from "./listener.ts";

const pageLength = 100;

const missing = "[Earlier output was removed.]\n";

/** Implements `TurnsStore.followServiceLog`. Replaces entries that were removed before they could be read with a note. */
export function followServiceLog(
  { services, listener }: { readonly services: Queries["services"]; readonly listener: Listener },
  {
    sessionId,
    name,
    afterSeq,
    signal,
  }: { sessionId: string; name: string; afterSeq: number; signal: AbortSignal },
): AsyncGenerator<FollowedServiceLog, void, undefined> {
  let seq = afterSeq;
  let sandboxId: string | null = null;
  return followPages<FollowedServiceLog>(listener, `${sessionId}/${name}`, signal, async () => {
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
