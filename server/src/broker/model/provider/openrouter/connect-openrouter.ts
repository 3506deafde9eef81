import { plainName } from "../../reach/walk-fields.ts";
import { type ProviderMeans, redactAll, type Upstream } from "../../upstream.ts";
import { connectBase } from "../connect-base.ts";
import type { Connection } from "../plug-in.ts";
import { findOpenRouterReach } from "./find-openrouter-reach.ts";
import { spellModelName } from "./spell-model-name.ts";

/** Fields that can select a model other than the inspected one, at a different price. */
const otherModels = new Set(["models", "route", "fallbacks", "preset"]);

/**
 * Connects to OpenRouter, which serves models from many vendors through Anthropic's and OpenAI's protocols:
 * https://openrouter.ai/docs/api-reference/overview. Throws `invalid_input` if the base URL is not valid.
 */
export function connectOpenRouter(
  { family, credential, addresses }: Connection,
  { outbound }: Pick<ProviderMeans, "outbound">,
): Upstream {
  const base = connectBase("OpenRouter", addresses.baseUrl ?? "", outbound);
  const apiKey = credential?.apiKey ?? null;
  const key = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
  return {
    family,
    provider: "openrouter",
    // OpenRouter routes each request to one of several services, and their prices differ.
    statesCost: true,
    findReach: findOpenRouterReach,
    translate({ method, route, headers, body, bytes, model }) {
      const target = route.target.startsWith("/v1/") ? route.target : `/v1${route.target}`;
      if (body === null || model === null) return { method, target, headers, bytes };
      const other = Object.keys(body).find((name) => otherModels.has(plainName(name)));
      if (other !== undefined) {
        const message = `The request was not sent: its field ${other.slice(0, 40)} names models other than the requested one. Remove it.`;
        return { refusal: { kind: "badRequest", message } };
      }
      const named = JSON.stringify({ ...body, model: spellModelName(model) });
      return { method, target, headers, bytes: Buffer.from(named) };
    },
    request: async (outgoing, signal) =>
      base.request({ ...outgoing, headers: { ...outgoing.headers, ...key } }, signal),
    receive: (answer) => answer,
    redact: (text) => redactAll(text, [apiKey]),
    close: base.close,
  };
}
