import type { Refusal } from "../../refusal.ts";
import type { Asked, Outgoing, ProviderMeans, Upstream } from "../../upstream.ts";
import { bodyElsewhere, errorAsAnthropic } from "../anthropic-elsewhere.ts";
import { connectBase } from "../connect-base.ts";
import { hasNoForm } from "../has-no-form.ts";
import type { Connection } from "../plug-in.ts";
import { createTokenSource } from "./google-token.ts";
import { spellModelName } from "./spell-model-name.ts";

/**
 * Connects to Anthropic's and Google's models on Google Vertex AI, with access tokens of a service account. Throws `invalid_input` if the
 * base URL is not valid or the service account cannot be parsed.
 */
export function connectVertex({ family, credential, addresses }: Connection, means: ProviderMeans): Upstream {
  const { serviceAccountJson = "", project = "", location = "" } = credential ?? {};
  const base = connectBase("Google Vertex AI", addresses.baseUrl ?? endpointOf(location), means.outbound);
  const tokens = createTokenSource(serviceAccountJson, addresses.tokenUrl ?? "", means);
  const place = `/v1/projects/${project}/locations/${location}/publishers`;
  return {
    family,
    provider: "vertex",
    translate: (asked) =>
      family === "gemini" ? translateGoogle(place, asked) : translateAnthropic(place, asked),
    async request(outgoing, signal) {
      const token = await tokens.token();
      signal.throwIfAborted();
      return base.request(
        { ...outgoing, headers: { ...outgoing.headers, authorization: `Bearer ${token}` } },
        signal,
      );
    },
    receive: (answer) =>
      family === "anthropic" && answer.statusCode! >= 400 ? errorAsAnthropic(answer) : answer,
    redact: tokens.redact,
    close: base.close,
  };
}

function endpointOf(location: string): string {
  if (location === "global") return "https://aiplatform.googleapis.com";
  // A location without a dash is a multi-region.
  if (!location.includes("-")) return `https://aiplatform.${location}.rep.googleapis.com`;
  return `https://${location}-aiplatform.googleapis.com`;
}

/** Matches model names that can be part of a path. Excludes `.` and `..`, which would change the path. */
const modelName = /^(?!\.{1,2}$)[A-Za-z0-9._@-]{1,200}$/;

type Translated = Outgoing | { readonly refusal: Refusal };

/** Translates a request as documented at https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai */
function translateAnthropic(place: string, asked: Asked): Translated {
  const path = asked.route.target.replace(/^\/v1(?=\/)/, "").split("?")[0]!;
  const isCount = path === "/messages/count_tokens";
  if (!isCount && path !== "/messages") return hasNoForm("Google Vertex AI", asked);
  const name = spellModelName(asked.model ?? "");
  if (!modelName.test(name)) return badName(name);
  const { body, betas } = bodyElsewhere(asked);
  const headers = {
    "content-type": "application/json",
    ...(betas.length > 0 && { "anthropic-beta": betas.join(",") }),
  };
  const send = (action: string, more: object) => ({
    method: asked.method,
    target: `${place}/anthropic/models/${action}`,
    headers,
    bytes: Buffer.from(JSON.stringify({ anthropic_version: "vertex-2023-10-16", ...body, ...more })),
  });
  if (isCount) return send("count-tokens:rawPredict", { model: name });
  const isStream = asked.body?.stream === true;
  return send(`${name}:${isStream ? "streamRawPredict" : "rawPredict"}`, { stream: isStream });
}

/** Translates a request. Changes only the URL, because the format is the same as in Gemini's own API. */
function translateGoogle(place: string, asked: Asked): Translated {
  const { method, route, headers, bytes } = asked;
  const found = /\/models\/([^/:?]+):(generateContent|streamGenerateContent|countTokens)(\?.*)?$/.exec(
    route.target,
  );
  if (found === null) return hasNoForm("Google Vertex AI", asked);
  const name = spellModelName(found[1]!);
  if (!modelName.test(name)) return badName(name);
  return { method, target: `${place}/google/models/${name}:${found[2]}${found[3] ?? ""}`, headers, bytes };
}

const badName = (name: string): Translated => ({
  refusal: {
    kind: "badRequest",
    message: `${JSON.stringify(name.slice(0, 100))} is not a valid model name for Google Vertex AI.`,
  },
});
