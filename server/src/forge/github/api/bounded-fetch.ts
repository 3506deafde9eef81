import { AppError } from "../../../core/base/index.ts";
import type { OutboundFetch } from "../../../outbound/fetch/outbound-fetch.ts";

const timeoutMs = 30_000;
const maxAnswerBytes = 25_000_000;

/** A fetch that ends: within 30 s with an answer of at most 25 MB, or with an error. Redirects are not followed. */
export function boundedFetch(inner: OutboundFetch): OutboundFetch {
  return async (url, init) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    const response = await inner(url, { ...init, signal, redirect: "manual" });
    const body = await readBounded(response);
    return new Response(body, {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
    });
  };
}

/** Null where the status permits no body. */
async function readBounded(response: Response): Promise<Uint8Array<ArrayBuffer> | null> {
  if (response.body === null) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxAnswerBytes) {
      throw new AppError("forge_failed", `the answer is larger than ${maxAnswerBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return size === 0 ? null : new Uint8Array(Buffer.concat(chunks, size));
}
