import * as http from "node:http";
import * as https from "node:https";
import { AppError } from "../../core/errors.ts";
import type { ModelFamily } from "../../core/ports/harness.ts";

export interface Provider {
  /** Null: forwarded without one, as a local inference service may need none. */
  readonly apiKey: string | null;
  /** http or https, perhaps with a path of its own that comes before the request's. */
  readonly baseUrl: string;
}

/** A model provider, as requests are sent to it. */
export interface Upstream {
  readonly family: ModelFamily;
  /** Opens a request; `target` is a path and query below the base URL. */
  request(
    method: string,
    target: string,
    headers: http.OutgoingHttpHeaders,
    signal: AbortSignal,
  ): http.ClientRequest;
  /** The text without the operator's key, should the provider repeat it. */
  redact(text: string): string;
  /** Forgets idle connections. */
  close(): void;
}

/** Where each family looks for the key. */
const keyHeaders: Record<ModelFamily, (apiKey: string) => Record<string, string>> = {
  anthropic: (apiKey) => ({ "x-api-key": apiKey }),
  openai: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  gemini: (apiKey) => ({ "x-goog-api-key": apiKey }),
};

/** Shorter than the five seconds after which many servers hang up: a request sent into that moment would be lost. */
const forgetSocketAfterMs = 4_000;

/** Throws `invalid_input` when the base URL is none. */
export function connectUpstream(family: ModelFamily, { apiKey, baseUrl }: Provider): Upstream {
  const base = parseBase(family, baseUrl);
  const client = base.protocol === "https:" ? https : http;
  const agent = new client.Agent({ keepAlive: true, timeout: forgetSocketAfterMs });
  const key = apiKey === null ? {} : keyHeaders[family](apiKey);
  return {
    family,
    request: (method, target, headers, signal) =>
      client.request({
        agent,
        method,
        signal,
        protocol: base.protocol,
        hostname: base.hostname.replace(/^\[(.*)\]$/, "$1"),
        port: base.port,
        path: `${base.pathname.replace(/\/+$/, "")}${target}`,
        headers: { ...headers, host: base.host, ...key },
      }),
    redact: (text) => (apiKey === null || apiKey === "" ? text : text.replaceAll(apiKey, "[key]")),
    close: () => agent.destroy(),
  };
}

function parseBase(family: ModelFamily, baseUrl: string): URL {
  const base = URL.parse(baseUrl);
  if (base !== null && /^https?:$/.test(base.protocol)) return base;
  throw new AppError("invalid_input", `The base URL of ${family} is not an http or https URL: ${baseUrl}`);
}
