import type { ModelFamily } from "../../../core/access/index.ts";
import { type ProviderMeans, redactAll, type Upstream } from "../upstream.ts";
import { connectBase } from "./connect-base.ts";

export interface KeyedProvider {
  /** Null: forwarded without one, as a local inference service may need none. */
  readonly apiKey: string | null;
  /** http or https, perhaps with a path of its own that comes before the request's. */
  readonly baseUrl: string;
}

/** Where each family looks for the key. */
const keyHeaders: Record<ModelFamily, (apiKey: string) => Record<string, string>> = {
  anthropic: (apiKey) => ({ "x-api-key": apiKey }),
  openai: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  gemini: (apiKey) => ({ "x-goog-api-key": apiKey }),
};

/** A family's own provider, or whoever speaks its protocol at the base URL. Throws `invalid_input` when that is none. */
export function connectFamily(
  family: ModelFamily,
  { apiKey, baseUrl }: KeyedProvider,
  { outbound }: Pick<ProviderMeans, "outbound">,
): Upstream {
  const base = connectBase(family, baseUrl, outbound);
  const key = apiKey === null ? {} : keyHeaders[family](apiKey);
  return {
    family,
    provider: family,
    translate: ({ method, route, headers, bytes }) => ({ method, target: route.target, headers, bytes }),
    request: async (outgoing, signal) =>
      base.request({ ...outgoing, headers: { ...outgoing.headers, ...key } }, signal),
    receive: (answer) => answer,
    redact: (text) => redactAll(text, [apiKey]),
    close: base.close,
  };
}
