import { checkedNumber } from "../options.ts";
import type { StreamParts } from "../stream/follow-stream.ts";
import { type ConnectionState, reconnect } from "../stream/reconnect.ts";
import type { LiveTicket } from "../types.ts";
import { FrameSocket } from "./frame-socket.ts";
import { errorOfFrame, type LiveFrame } from "./live-frame.ts";
import type { WebSocketLike } from "./web-socket.ts";

export interface SessionChangesOptions {
  /** Ends the iteration without an error. */
  signal?: AbortSignal | undefined;
  /** Milliseconds without data after which the connection is considered lost. Defaults to 45,000. */
  heartbeatTimeout?: number | undefined;
  /**
   * Number of consecutive connections without data after which the last error is thrown. Defaults to 10, which takes
   * about 40 seconds if each connection fails immediately.
   */
  maxAttempts?: number | undefined;
}

/**
 * `change` if a list of sessions may have changed, and `connected` after each connection, because changes before it may
 * have been missed.
 */
export interface SessionsChange {
  type: "connected" | "change";
}

/** Yields changes of the sessions that the API key may see. Changes while the consumer works are yielded as one. */
export async function* followSessionChanges(
  parts: StreamParts,
  open: (path: string) => WebSocketLike,
  { signal, heartbeatTimeout = 45_000, maxAttempts }: SessionChangesOptions,
): AsyncGenerator<SessionsChange, void, undefined> {
  const heartbeatTimeoutMs = checkedNumber("heartbeatTimeout", heartbeatTimeout, 1);
  const followOnce = (state: ConnectionState) =>
    oneConnection(parts, open, { heartbeatTimeoutMs, signal, state });
  yield* reconnect(followOnce, { runtime: parts.runtime, signal, maxAttempts });
}

async function* oneConnection(
  { transport, runtime }: StreamParts,
  open: (path: string) => WebSocketLike,
  {
    heartbeatTimeoutMs,
    signal,
    state,
  }: {
    readonly heartbeatTimeoutMs: number;
    readonly signal: AbortSignal | undefined;
    readonly state: ConnectionState;
  },
): AsyncGenerator<SessionsChange, void, undefined> {
  // A ticket works once, so each attempt requests a new one.
  const { ticket } = await transport.json<LiveTicket>(
    { method: "POST", path: "/v1/live" },
    { signal, maxRetries: 0 },
  );
  let pending: SessionsChange | null = null;
  let wake = () => {};
  const take = (frame: LiveFrame) => {
    if (frame.type === "error") throw errorOfFrame(frame);
    if (frame.type === "ready" && frame.id === undefined)
      return socket.send({ op: "subscribe", id: "changes", resource: "sessions.changes", input: {} });
    state.isAlive = true;
    if (frame.type === "ready") pending = { type: "connected" };
    else if (frame.type === "change") pending ??= { type: "change" };
    wake();
  };
  const socket = new FrameSocket(open(`/v1/live?ticket=${encodeURIComponent(ticket)}`), {
    ...{ runtime, heartbeatTimeoutMs, onFrame: take },
    onEnd: () => wake(),
  });
  const onAbort = () => socket.end(null);
  signal?.addEventListener("abort", onAbort);
  if (signal?.aborted) onAbort();
  try {
    for (;;) {
      const change: SessionsChange | null = pending;
      pending = null;
      if (signal?.aborted) return;
      if (change !== null) yield change;
      else if (socket.failure !== null) throw socket.failure;
      else if (socket.isOver) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    socket.end(null);
  }
}
