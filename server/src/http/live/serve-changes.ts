import type { Ports } from "../../core/ports.ts";
import {
  type Access,
  type EventData,
  followVisibleEvents,
  isAccessRefusal,
  type LiveKind,
} from "../../core/sessions/index.ts";
import type { LiveSocket } from "./live-socket.ts";
import { pumpEvents, StalledWatcher } from "./pump-events.ts";

type Resource = "session" | "message";

/** Event types, or event type prefixes, that change the resource in the API. */
const changedBy: Readonly<Record<Resource, readonly string[]>> = {
  // A message contains its status, which turn events change.
  message: ["message.", "turn.queued", "turn.started", "turn.completed", "turn.failed", "turn.cancelled"],
  session: [
    "session.",
    "turn.",
    "pullRequest.",
    "artifact.",
    "plan.",
    "permission.",
    "question.",
    "sandbox.",
  ],
};

const resourceOf: Readonly<Record<Exclude<LiveKind, "live">, Resource>> = {
  sessions: "session",
  messages: "message",
};

/**
 * Serves the older live connections. Sends `{resource, sessionId}` each time the named resource changes after the connection was opened. Closes the
 * connection if the client loses access or stops reading.
 */
export async function serveChanges(
  { store, log }: Pick<Ports, "store" | "log">,
  socket: LiveSocket,
  {
    kind,
    sessionId,
    access,
    stallMs,
  }: {
    readonly kind: Exclude<LiveKind, "live">;
    readonly sessionId: string;
    readonly access: Access;
    readonly stallMs: number;
  },
): Promise<void> {
  const resource = resourceOf[kind];
  const frame = JSON.stringify({ resource, sessionId });
  try {
    const afterSeq = await store.events.lastSeq(sessionId);
    socket.answer({ type: "ready" });
    await pumpEvents(
      (signal) => followVisibleEvents(store, { access, sessionId, afterSeq }, signal),
      { send: ({ data }) => !changes(resource, data) || socket.send(frame), drained: () => socket.drained() },
      { signal: socket.signal, stallMs },
    );
  } catch (cause) {
    if (socket.signal.aborted) return;
    if (isAccessRefusal(cause)) return socket.refuse(cause.message);
    if (!(cause instanceof StalledWatcher))
      log.warn({ err: cause, sessionId }, "a live connection ended early");
    socket.stalled();
  }
}

function changes(resource: Resource, { type }: EventData): boolean {
  return changedBy[resource].some((name) => (name.endsWith(".") ? type.startsWith(name) : type === name));
}
