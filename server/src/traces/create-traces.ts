import { type Logger, limitRepeats, reason, type Span, type Trace } from "../core/base/index.ts";
import type { Outbound } from "../outbound/outbound.ts";
import { encodeSpans, type TracedProcess } from "./encode-spans.ts";

export interface TracesOptions {
  /** URL of a collector that receives OTLP over HTTP, without the path of the signal. */
  readonly url: string;
  readonly traced: TracedProcess;
  readonly outbound: Pick<Outbound, "trusting">;
  readonly log: Logger;
  /** Time for which `close` waits for the collector. Defaults to five seconds. */
  readonly closeLimitMs?: number;
}

export interface Traces {
  readonly trace: Trace;
  /** Sends the waiting spans now. Never rejects. */
  flush(): Promise<void>;
  /** Sends the waiting spans and stops. Never rejects. Drops the spans that the collector does not accept in time. */
  close(): Promise<void>;
}

const sendEveryMs = 5_000;
const requestLimitMs = 5_000;
const usualCloseLimitMs = 5_000;
const maxSpansPerRequest = 512;
/** Number of spans that wait for a collector. A turn has about fifteen. */
const maxWaiting = 4_096;
/** Statuses after which OTLP requires the client to repeat the request. */
const retried: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Collects spans and sends them to a collector every five seconds. While the collector does not respond, drops the oldest
 * spans above a limit.
 */
export function createTraces({
  url,
  traced,
  outbound,
  log: whole,
  closeLimitMs = usualCloseLimitMs,
}: TracesOptions): Traces {
  const log = limitRepeats(whole);
  const { fetch } = outbound.trusting(url);
  const waiting: Span[] = [];
  const closed = new AbortController();
  let sending: Promise<void> | null = null;

  const send = async (): Promise<void> => {
    while (waiting.length > 0) {
      const spans = waiting.slice(0, maxSpansPerRequest);
      const response = await fetch(`${url}/v1/traces`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: encodeSpans(spans, traced),
        signal: AbortSignal.any([AbortSignal.timeout(requestLimitMs), closed.signal]),
      });
      await response.body?.cancel();
      if (retried.has(response.status)) throw new Error(`The collector responded with ${response.status}.`);
      if (!response.ok)
        log.warn({ status: response.status, spans: spans.length }, "the collector rejected spans of turns");
      // The oldest spans may have been dropped in the meantime.
      while (waiting[0] !== undefined && spans.includes(waiting[0])) waiting.shift();
    }
  };
  const flush = () => {
    sending ??= send()
      .catch((cause: unknown) => {
        log.warn({ reason: reason(cause), waiting: waiting.length }, "spans of turns could not be sent");
      })
      .finally(() => {
        sending = null;
      });
    return sending;
  };
  const timer = setInterval(() => void flush(), sendEveryMs);
  timer.unref();
  return {
    trace(span) {
      waiting.push(span);
      if (waiting.length <= maxWaiting) return;
      waiting.shift();
      log.warn(
        { maxWaiting },
        "the oldest spans of turns were dropped, because the collector does not respond",
      );
    },
    flush,
    async close() {
      clearInterval(timer);
      // A collector may take seconds for each request, and the spans may require several.
      const limit = setTimeout(
        () => closed.abort(new Error("The process ends before the collector responds.")),
        closeLimitMs,
      );
      await sending;
      await flush();
      clearTimeout(limit);
    },
  };
}
