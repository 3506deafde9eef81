import type { FastifyReply, FastifyRequest } from "fastify";
import { withFields } from "../../core/base/index.ts";
import type { Ports } from "../../core/ports.ts";
import { followWhileAllowed, requireAccess } from "../../core/sessions/index.ts";
import type { OpenStreams } from "./open-streams.ts";
import { type EventStream, eventStreamHeaders, streamEvents } from "./stream-events.ts";

interface ServedStream<Item> extends Pick<EventStream<Item>, "follow" | "frame"> {
  /** Session that the caller must be able to see, or null if the stream belongs to no session. */
  readonly sessionId: string | null;
}

/** Answers a request with server-sent events while the caller has access. Answers a HEAD request without following. */
export async function serveStream<Item>(
  { store, log }: Pick<Ports, "store" | "log">,
  { serverEnds, add }: OpenStreams,
  [{ id: requestId, method, caller: access }, reply]: readonly [FastifyRequest, FastifyReply],
  { sessionId, follow, frame }: ServedStream<Item>,
): Promise<undefined> {
  if (method === "HEAD") {
    await reply.headers(eventStreamHeaders).send();
    return undefined;
  }
  reply.hijack();
  add(reply.raw);
  await streamEvents(reply.raw, {
    follow: (signal) => followWhileAllowed(store, { access, sessionId, follow }, signal),
    frame,
    requireAllowed: () => requireAccess(store, access, sessionId),
    log: withFields(log, { requestId }),
    serverEnds,
  });
  return undefined;
}

/** An item of a followed log: a part of it, or its end. */
type LogItem =
  | { readonly kind: "log"; readonly seq: number; readonly text: string }
  | ({ readonly kind: "end" } & Readonly<Record<string, string>>);

/** Returns a part of a log, or its end with the final state, as a server-sent event. */
export function logFrame(item: LogItem): string {
  if (item.kind === "log")
    return `event: log\nid: ${item.seq}\ndata: ${JSON.stringify({ text: item.text })}\n\n`;
  const { kind, ...end } = item;
  return `event: ${kind}\ndata: ${JSON.stringify(end)}\n\n`;
}
