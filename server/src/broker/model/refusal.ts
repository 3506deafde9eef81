import type { ModelFamily } from "../core/ports/harness.ts";

/** A 502 as each family's clients expect their provider's errors. */
export function errorBody(family: ModelFamily, message: string): string {
  const bodies: Record<ModelFamily, object> = {
    anthropic: { type: "error", error: { type: "api_error", message } },
    openai: { error: { message, type: "server_error", param: null, code: null } },
    gemini: { error: { code: 502, message, status: "UNAVAILABLE" } },
  };
  return JSON.stringify(bodies[family]);
}
