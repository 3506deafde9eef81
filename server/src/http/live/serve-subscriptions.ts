import { liveClientFrame, sessionChangesInput, sessionEventsInput } from "@tembo/contract";
import { AppError, type ErrorCode } from "../../core/base/index.ts";
import type { Ports } from "../../core/ports.ts";
import {
  type Access,
  followVisibleEvents,
  getVisibleSession,
  isAccessRefusal,
} from "../../core/sessions/index.ts";
import { onAbort } from "../../runtime/on-abort.ts";
import { paced } from "../../runtime/paced.ts";
import { eventJson } from "./event-json.ts";
import type { LiveSocket } from "./live-socket.ts";
import { pumpEvents, StalledWatcher } from "./pump-events.ts";

const unavailable: ErrorCode = "unavailable";

/** Maximum number of subscriptions per connection. */
const maxSubscriptions = 50;
/** Pause after each frame of `sessions.changes`. */
const changePauseMs = 250;

interface Subscriber {
  readonly ports: Pick<Ports, "store" | "log">;
  readonly access: Access;
  readonly socket: LiveSocket;
  readonly stallMs: number;
  readonly subscriptions: Map<string, AbortController>;
}

/**
 * Serves the protocol of `/v1/live`. The response to `{op: "subscribe", id, resource: "sessions.events", input}` is `{id, type: "ready",
 * lastEventId}`, followed by `{id, type: "event", event}` for each event. For `sessions.changes`, it is `{id, type: "ready"}`, followed by
 * `{id, type: "change"}` when the client's session lists may have changed. Errors are sent as `{id, type: "error", code, error}`. Returns
 * the handler for client frames.
 */
export function serveSubscriptions(
  ports: Subscriber["ports"],
  connection: Pick<Subscriber, "access" | "socket" | "stallMs">,
): (text: string) => Promise<void> {
  const subscriber: Subscriber = { ports, ...connection, subscriptions: new Map() };
  onAbort(connection.socket.signal, () => {
    for (const subscription of subscriber.subscriptions.values()) subscription.abort();
  });
  return (text) => workFrame(subscriber, text);
}

async function workFrame(subscriber: Subscriber, text: string): Promise<void> {
  const { socket, subscriptions } = subscriber;
  const frame = parseFrame(text);
  if (frame === null) {
    socket.answer({
      type: "error",
      code: "invalid_input",
      error:
        'The frame is not valid. Send {"op":"subscribe","id","resource","input"} or {"op":"unsubscribe","id"}.',
    });
    return;
  }
  if (frame.op === "unsubscribe") {
    subscriptions.get(frame.id)?.abort();
    subscriptions.delete(frame.id);
    return;
  }
  try {
    await subscribe(subscriber, frame);
  } catch (cause) {
    socket.answer({ id: frame.id, type: "error", ...refusalOf(subscriber, cause) });
  }
}

async function subscribe(
  subscriber: Subscriber,
  { id, resource, input }: { readonly id: string; readonly resource: string; readonly input: unknown },
): Promise<void> {
  const { socket, subscriptions } = subscriber;
  const resourceOf = resources.get(resource);
  if (resourceOf === undefined)
    throw invalid(`Unknown resource "${resource}". Subscribe to ${[...resources.keys()].join(" or ")}.`);
  const prepare = resourceOf(input);
  if (subscriptions.has(id)) throw invalid(`The subscription "${id}" already exists. Choose another ID.`);
  if (subscriptions.size >= maxSubscriptions)
    throw invalid(
      `A connection can have at most ${maxSubscriptions} subscriptions. Cancel a subscription first.`,
    );
  const source = await prepare(subscriber);
  if (socket.signal.aborted) return;
  const subscription = new AbortController();
  subscriptions.set(id, subscription);
  socket.answer({ id, type: "ready", ...source.ready });
  void sendFrames(subscriber, { id, source, subscription });
}

/** Frames of a subscription. */
interface Source {
  /** Additional fields of log lines about the subscription. */
  readonly logged: object;
  /** Additional fields of the `ready` frame. */
  readonly ready: object;
  /** Yields the end of each frame's JSON, after its `id`. */
  readonly follow: (signal: AbortSignal) => AsyncIterable<string>;
}

/** Validates the input of a resource. The returned function checks access. */
const resources: ReadonlyMap<string, (input: unknown) => (subscriber: Subscriber) => Promise<Source>> =
  new Map([
    ["sessions.events", sessionEvents],
    ["sessions.changes", sessionChanges],
  ]);

function sessionEvents(input: unknown): (subscriber: Subscriber) => Promise<Source> {
  const wanted = sessionEventsInput.safeParse(input);
  if (!wanted.success)
    throw invalid(
      'The input must be {"scope": {"sessionId": "ID"}}. To receive only later events, add "lastEventId" next to "scope".',
    );
  return async ({ ports: { store }, access }) => {
    const { id: sessionId } = await getVisibleSession(store, access, wanted.data.scope.sessionId);
    const afterSeq = wanted.data.lastEventId ?? (await store.events.lastSeq(sessionId));
    return {
      logged: { sessionId },
      ready: { lastEventId: afterSeq },
      async *follow(signal) {
        for await (const event of followVisibleEvents(store, { access, sessionId, afterSeq }, signal))
          yield `"type":"event","event":${eventJson(event)}}`;
      },
    };
  };
}

/** The frames contain no data. The connection closes when the client loses access to the organization. */
function sessionChanges(input: unknown): (subscriber: Subscriber) => Promise<Source> {
  if (!sessionChangesInput.safeParse(input).success) throw invalid("The input must be {}.");
  return async ({ ports: { store }, access }) => ({
    logged: { resource: "sessions.changes" },
    ready: {},
    async *follow(signal) {
      // Changes during a pause cause one frame.
      for await (const _ of paced(store.followSessionChanges(access, signal), changePauseMs, signal))
        yield '"type":"change"}';
    },
  });
}

async function sendFrames(
  { ports, socket, stallMs, subscriptions }: Subscriber,
  { id, source, subscription }: Subscription,
): Promise<void> {
  const head = `{"id":${JSON.stringify(id)},`;
  const { signal } = subscription;
  try {
    await pumpEvents(
      source.follow,
      {
        send: (frame) => signal.aborted || socket.send(head + frame),
        drained: () => socket.drained(),
      },
      { signal, stallMs },
    );
  } catch (cause) {
    if (signal.aborted) return;
    if (cause instanceof StalledWatcher) return socket.stalled();
    if (subscriptions.get(id) === subscription) subscriptions.delete(id);
    if (isAccessRefusal(cause))
      return socket.answer({ id, type: "error", code: cause.code, error: cause.message });
    ports.log.warn({ err: cause, ...source.logged }, "a live subscription ended early");
    const error =
      "The events cannot be read at the moment. Subscribe again, starting after the last event that you received.";
    socket.answer({ id, type: "error", code: unavailable, error });
  }
}

interface Subscription {
  readonly id: string;
  readonly source: Source;
  readonly subscription: AbortController;
}

function parseFrame(text: string) {
  try {
    return liveClientFrame.safeParse(JSON.parse(text)).data ?? null;
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
}

function refusalOf(
  { ports }: Subscriber,
  cause: unknown,
): { readonly code: ErrorCode; readonly error: string } {
  if (cause instanceof AppError && (cause.code === "invalid_input" || cause.code === "not_found"))
    return { code: cause.code, error: cause.message };
  ports.log.warn({ err: cause }, "a live subscription could not start");
  return {
    code: unavailable,
    error: "The server cannot start this subscription at the moment. Try again.",
  };
}

const invalid = (sentence: string) => new AppError("invalid_input", sentence);
