import type { ModelFamily } from "../../../core/access/index.ts";
import { type ProviderMeans, redactAll, type Upstream } from "../upstream.ts";
import { connectBase } from "./connect-base.ts";
import type { Connection } from "./plug-in.ts";

/** Display names of the families' own providers. */
const labels: Record<ModelFamily, string> = {
  anthropic: "Anthropic",
  openai: "OpenAI",
  gemini: "Google Gemini",
};

/** Headers in which each family expects the key. */
const keyHeaders: Record<ModelFamily, (apiKey: string) => Record<string, string>> = {
  anthropic: (apiKey) => ({ "x-api-key": apiKey }),
  openai: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  gemini: (apiKey) => ({ "x-goog-api-key": apiKey }),
};

/**
 * Connects to a family's own provider, or to another service with the same protocol at the base URL. If no key is configured, sends
 * requests without one, because a local inference service may not require a key. Throws `invalid_input` if the base URL is not valid.
 */
export function connectFamily(
  { family, credential, addresses }: Connection,
  { outbound }: Pick<ProviderMeans, "outbound">,
): Upstream {
  const base = connectBase(labels[family], addresses.baseUrl ?? "", outbound);
  const apiKey = credential?.apiKey ?? null;
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
