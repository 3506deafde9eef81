import { plainName } from "../../reach/walk-fields.ts";

/** Matches additional request fields that search the network or load data that is stored in the account. */
const reachingField = /^(plugins|websearch|search|datasources|preset)/;
const reachingModel = /^@preset\/|search|deep-research|:online/i;

/**
 * Returns, as text for users, the OpenRouter extension in a request that accesses the network or data stored in the account, or null if there is
 * none: https://openrouter.ai/docs/guides/features/plugins
 */
export function findOpenRouterReach(body: object, model: string | null): string | null {
  const field = Object.entries(body).find(
    ([name, value]) => value !== null && reachingField.test(plainName(name)),
  );
  if (field !== undefined) return `the field ${field[0].slice(0, 100)}`;
  return model !== null && reachingModel.test(model) ? `the model ${model.slice(0, 100)}` : null;
}
