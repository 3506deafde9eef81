import type { IncomingHttpHeaders } from "node:http";

const models = [
  "claude-opus-4-5",
  "claude-sonnet-4-5",
  "claude-haiku-4-5",
  "gpt-5.5",
  "gemini-2.5-pro",
  "scripted-model",
];

/**
 * Returns the list of models in the shape of the requesting protocol, or undefined for an unknown path. `/` responds to
 * reachability probes.
 */
export function answerGet(path: string, headers: IncomingHttpHeaders): unknown {
  if (path === "/") return {};
  if (path === "/v1beta/models") {
    return {
      models: models.map((id) => ({ name: `models/${id}`, displayName: id, inputTokenLimit: 200_000 })),
    };
  }
  if (path !== "/v1/models") return undefined;
  if (headers["anthropic-version"] === undefined) {
    const data = models.map((id) => ({ id, object: "model", created: 1_767_225_600, owned_by: "scripted" }));
    return { object: "list", data };
  }
  const data = models.map((id) => ({
    type: "model",
    id,
    display_name: id,
    created_at: "2026-01-01T00:00:00Z",
  }));
  return { data, has_more: false, first_id: models[0], last_id: models.at(-1) };
}

/** Estimates one token for every four characters. Returns undefined if the path is not a request to count tokens. */
export function answerCountTokens(path: string, body: unknown): unknown {
  const tokens = Math.ceil(JSON.stringify(body).length / 4);
  if (path.endsWith("/messages/count_tokens")) return { input_tokens: tokens };
  return path.endsWith(":countTokens") ? { totalTokens: tokens } : undefined;
}
