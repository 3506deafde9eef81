import { once } from "node:events";
import { performServerHandshake, type ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import { createWebSocketStream } from "ws";
import { AppError, type Logger, limitRepeats, type TokenParts, withReason } from "../core/base/index.ts";
import { openWebSocket } from "../outbound/open-web-socket.ts";
import type { Outbound } from "../outbound/outbound.ts";
import { backoffMs } from "../runtime/backoff.ts";
import { onAbort, resolveOnAbort } from "../runtime/on-abort.ts";
import { retry } from "../runtime/retry.ts";
import { requestOf } from "./internal-paths.ts";
import { maxMessageBytes, sessionOptions, streamClientHeader, watchSession } from "./link-session.ts";

export interface KeepLinkOptions {
  /** URL of the servers, to which the operator directs this worker. */
  readonly url: string;
  readonly workerId: string;
  readonly tokens: TokenParts;
  readonly outbound: Outbound;
  /** Serves a connection that a server has opened on behalf of the client at `address`. */
  readonly serve: (connection: Duplex, address: string) => void;
  readonly log: Logger;
  readonly pingMs?: number;
}

const waits = { firstMs: 250, maxMs: 10_000, jitter: 0.5 };
const handshakeMs = 10_000;

/** Keeps a link from this worker to a server, until the returned function is called. */
export function keepLink(options: KeepLinkOptions): () => Promise<void> {
  const closing = new AbortController();
  const log = limitRepeats(options.log);
  const outbound = options.outbound.trusting(options.url);
  let failures = 0;
  const linkOnce = async () => {
    const carrier = await openCarrier({ ...options, outbound });
    log.info({ url: options.url }, "this worker is linked to a server");
    failures = 0;
    await serveCarrier(options, carrier, closing.signal);
  };
  const running = retry(linkOnce, {
    signal: closing.signal,
    afterResult: () => waits.firstMs,
    afterError: (cause) => {
      log.warn({ err: cause }, "this worker has no link to a server; it retries");
      failures += 1;
      return backoffMs(waits, failures);
    },
  });
  const ended = resolveOnAbort(running, closing.signal, undefined);
  return async () => {
    closing.abort();
    await ended;
  };
}

async function openCarrier({ url, workerId, tokens, outbound }: KeepLinkOptions): Promise<Duplex> {
  const { path, headers } = requestOf(tokens, { kind: "link", workerId });
  const socket = openWebSocket(outbound, `${url}${path}`, { headers, handshakeMs, maxMessageBytes });
  // Created before the first message can arrive.
  const carrier = createWebSocketStream(socket);
  // A "close" event follows.
  carrier.on("error", () => {});
  try {
    await once(socket, "open");
  } catch (cause) {
    const hint =
      "Set TEMBO_PUBLIC_URL to the URL of the servers, use the same master key file on all machines, and correct their clocks.";
    throw new AppError(
      "unavailable",
      `${withReason(`The server at ${url} accepts no link`, cause)} ${hint}`,
      { cause },
    );
  }
  return carrier;
}

async function serveCarrier(
  { serve, pingMs }: KeepLinkOptions,
  carrier: Duplex,
  signal: AbortSignal,
): Promise<void> {
  const session = performServerHandshake(carrier as never, sessionOptions);
  watchSession(session, carrier, pingMs);
  session.on("stream", (stream: ServerHttp2Stream, headers) => {
    // A "close" event follows.
    stream.on("error", () => {});
    if (headers[":method"] !== "CONNECT") return stream.close();
    stream.respond({ ":status": 200 });
    serve(stream, String(headers[streamClientHeader] ?? ""));
  });
  using _ = onAbort(signal, () => session.destroy());
  if (!session.closed && !session.destroyed) await once(session, "close");
}
