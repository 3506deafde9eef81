import type { ModelFamily } from "../../../core/ports/harness.ts";
import { anthropicReach } from "./anthropic-reach.ts";
import { geminiReach } from "./gemini-reach.ts";
import { openaiReach } from "./openai-reach.ts";
import { walkFields } from "./walk-fields.ts";

/** What of a family's requests makes the provider itself reach out, or opens what the account keeps there. Each names it, or is null. */
export interface ReachRules {
  /** One of `tools`: known to run in the sandbox, or named. */
  tool(tool: unknown): string | null;
  /** A field anywhere in the body but below `data`; `depth` is 0 for the body's own. */
  field(name: string, value: unknown, depth: number): string | null;
  model(model: string): string | null;
  /** Fields, by plain name, that hold what programs and people wrote, and schemas: whatever they say, nobody follows it. */
  readonly data: ReadonlySet<string>;
}

const rules: Record<ModelFamily, ReachRules> = {
  anthropic: anthropicReach,
  openai: openaiReach,
  gemini: geminiReach,
};

/**
 * What of a request would have the provider fetch, search, connect or run something for the sandbox, for a person to read; null when
 * all of it stays between the sandbox and the model.
 */
export function findReach(family: ModelFamily, body: object, model: string | null): string | null {
  const { tool, field, data, model: reachOfModel } = rules[family];
  let found = model === null ? null : reachOfModel(model);
  walkFields(body, (name, value, depth) => {
    if (found !== null || value === null || data.has(name)) return false;
    if (name === "tools") {
      // Kept, too, in what an earlier search for tools has found.
      for (const one of Array.isArray(value) ? value : [value]) found ??= tool(one);
      return false;
    }
    found = field(name, value, depth);
    return found === null;
  });
  return found;
}
