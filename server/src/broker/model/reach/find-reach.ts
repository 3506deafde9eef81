import type { ModelFamily } from "../../../core/access/index.ts";
import { anthropicReach } from "./anthropic-reach.ts";
import { geminiReach } from "./gemini-reach.ts";
import { openaiReach } from "./openai-reach.ts";
import type { ReachRules } from "./reach-rules.ts";
import { walkFields } from "./walk-fields.ts";

const rules: Record<ModelFamily, ReachRules> = {
  anthropic: anthropicReach,
  openai: openaiReach,
  gemini: geminiReach,
};

/**
 * Returns, as text for users, a part of a request that would make the provider access the network or data stored in the account, or run code for
 * the sandbox. Returns at most 150 characters, or null if there is no such part.
 */
export function findReach(family: ModelFamily, body: object, model: string | null): string | null {
  const { tool, field, data, model: reachOfModel } = rules[family];
  let found = model === null ? null : reachOfModel(model);
  walkFields(body, (name, value, depth) => {
    if (found !== null || value === null || data.has(name)) return false;
    if (name === "tools") {
      // Results of an earlier tool search also contain tools.
      for (const one of Array.isArray(value) ? value : [value]) found ??= tool(one);
      return false;
    }
    found = field(name, value, depth);
    return found === null;
  });
  // Truncated, because the client controls the length.
  return found === null ? null : found.slice(0, 150);
}
