import { type ModelFamily, nameAt } from "../../../core/access/index.ts";
import { plainName } from "../reach/walk-fields.ts";
import { type ProviderMeans, redactAll, type Upstream } from "../upstream.ts";
import { connectBase } from "./connect-base.ts";
import type { KeyedProvider } from "./keyed.ts";

/** Fields that name other models than the one that is looked at, each with its own price. */
const otherModels = new Set(["models", "route", "fallbacks", "preset"]);

/**
 * OpenRouter, which serves every maker's models by the protocols of Anthropic and OpenAI:
 * https://openrouter.ai/docs/api-reference/overview. Throws `invalid_input` when the base URL is none.
 */
export function connectOpenRouter(
  family: ModelFamily,
  { apiKey, baseUrl }: KeyedProvider,
  { outbound }: Pick<ProviderMeans, "outbound">,
): Upstream {
  const base = connectBase("OpenRouter", baseUrl, outbound);
  const key = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
  return {
    family,
    provider: "openrouter",
    translate({ method, route, headers, body, bytes, model }) {
      const target = route.target.startsWith("/v1/") ? route.target : `/v1${route.target}`;
      if (body === null || model === null) return { method, target, headers, bytes };
      const other = Object.keys(body).find((name) => otherModels.has(plainName(name)));
      if (other !== undefined) {
        const message = `The request was not sent: its field ${other.slice(0, 40)} names other models than the one that it is for. Leave it out.`;
        return { refusal: { kind: "badRequest", message } };
      }
      const named = JSON.stringify({ ...body, model: nameAt("openrouter", model) });
      return { method, target, headers, bytes: Buffer.from(named) };
    },
    request: async (outgoing, signal) =>
      base.request({ ...outgoing, headers: { ...outgoing.headers, ...key } }, signal),
    receive: (answer) => answer,
    redact: (text) => redactAll(text, [apiKey]),
    close: base.close,
  };
}
