import { AppError } from "../../../core/base/index.ts";
import type { OutboundFetch } from "../../../outbound/fetch/outbound-fetch.ts";
import { readBounded } from "../../../runtime/read-bounded.ts";

const timeoutMs = 30_000;
const maxAnswerBytes = 25_000_000;

/** Wraps a fetch. Adds a timeout of 30 s and a response limit of 25 MB, and does not follow redirects. */
export function boundedFetch(inner: OutboundFetch): OutboundFetch {
  return async (url, init) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    const response = await inner(url, { ...init, signal, redirect: "manual" });
    const bytes = await readBounded(response.body, maxAnswerBytes, tooLong);
    // A response whose status does not permit a body must have a null body.
    return new Response(bytes.length === 0 ? null : new Uint8Array(bytes), {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
    });
  };
}

const tooLong = () =>
  new AppError(
    "forge_failed",
    `GitHub's response exceeds the limit of ${maxAnswerBytes} bytes. If the integration's forge URL is correct, the requested object is too large for Tembo.`,
  );
