import { once } from "node:events";
import { type IncomingHttpHeaders, performServerHandshake, type ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import { AppError, type Logger, limitRepeats, type TokenParts, withReason } from "../core/base/index.ts";
import { openWebSocket } from "../outbound/open-web-socket.ts";
import type { Outbound } from "../outbound/outbound.ts";
import { backoffMs } from "../runtime/backoff.ts";
import { onAbort, resolveOnAbort } from "../runtime/on-abort.ts";
import { type RetryOptions, retry } from "../runtime/retry.ts";
import { requestOf } from "./internal-paths.ts";
import {
  carrierOver,
  maxMessageBytes,
  sessionOptions,
  streamClientHeader,
  watchSession,
} from "./link-session.ts";

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
  /** Timer and monotonic clock of the retries. Tests replace them. */
  readonly timing?: Pick<RetryOptions<unknown>, "wait" | "nowMs">;
}

/** A link that ends sooner counts as a failure, such as one of a worker that is not registered. */
const lastingMs = 10_000;
const waits = { firstMs: 250, maxMs: 10_000, jitter: 0.5 };
const handshakeMs = 10_000;

/** Keeps a link from this worker to a server, until the returned function is called. */
export function keepLink(options: KeepLinkOptions): () => Promise<void> {
  const closing = new AbortController();
  const log = limitRepeats(options.log);
  const outbound = options.outbound.trusting(options.url);
  const { timing = {} } = options;
  const { nowMs = () => performance.now() } = timing;
  let failures = 0;
  const linkOnce = async () => {
    const carrier = await openCarrier({ ...options, outbound });
    log.info({ url: options.url }, "this worker is linked to a server");
    const startedAtMs = nowMs();
    await serveCarrier(options, carrier, closing.signal);
    return nowMs() - startedAtMs;
  };
  const running = retry(linkOnce, {
    ...timing,
    signal: closing.signal,
    afterResult: (lastedMs) => {
      if (!closing.signal.aborted)
        log.info({ lastedMs }, "the link of this worker ended; it opens another one");
      failures = lastedMs < lastingMs ? failures + 1 : 1;
      return backoffMs(waits, failures);
    },
    afterError: (cause) => {
      log.warn({ err: cause }, "this worker has no link to a server; retrying");
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
  const carrier = carrierOver(socket);
  try {
    await once(socket, "open");
  } catch (cause) {
    const hint =
      "Check that TEMBO_PUBLIC_URL is the URL of the servers, that all machines have the same master key, and that their clocks are correct.";
    throw new AppError(
      "unavailable",
      `${withReason(`This worker could not open a link to the server at ${url}`, cause)} ${hint}`,
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
  if (carrier.destroyed) return;
  const session = performServerHandshake(carrier as never, sessionOptions);
  const end = watchSession(session, carrier, pingMs);
  session.on("stream", (stream: ServerHttp2Stream, headers) => acceptStream(stream, headers, serve));
  using _ = onAbort(signal, end);
  if (session.destroyed) return;
  const closed = Promise.withResolvers<void>();
  // Not with `once` of Node, which rejects if an error ends the link.
  session.once("close", closed.resolve);
  await closed.promise;
}

/** Serves the connection that a stream carries, unless the server has closed it already. */
export function acceptStream(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  serve: KeepLinkOptions["serve"],
): void {
  // A "close" event follows.
  stream.on("error", () => {});
  // Node announces a stream in a later tick than the one in which its frames arrive.
  if (stream.closed || stream.destroyed) return;
  if (headers[":method"] !== "CONNECT") return void stream.close();
  stream.respond({ ":status": 200 });
  serve(stream, String(headers[streamClientHeader] ?? ""));
}
