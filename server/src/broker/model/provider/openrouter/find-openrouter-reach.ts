import { plainName } from "../../reach/walk-fields.ts";

/** Fields of a request's own that search or bring what an account keeps, beside those of the protocol. */
const reachingField = /^(plugins|websearch|search|datasources|preset)/;
const reachingModel = /^@preset\/|search|deep-research|:online/i;

/** What OpenRouter adds to both of its protocols: https://openrouter.ai/docs/guides/features/plugins. Null for nothing that reaches out. */
export function findOpenRouterReach(body: object, model: string | null): string | null {
  const field = Object.entries(body).find(
    ([name, value]) => value !== null && reachingField.test(plainName(name)),
  );
  if (field !== undefined) return `the field ${field[0].slice(0, 100)}`;
  return model !== null && reachingModel.test(model) ? `the model ${model.slice(0, 100)}` : null;
}
