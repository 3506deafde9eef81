import type { ModelFamily } from "../ports/harness.ts";
import { findModel, providersFor } from "./catalogue.ts";
import { isModelProvider, type ModelProvider, providersOf } from "./provider.ts";
import { canReach, type ProviderAccess } from "./provider-access.ts";

export interface ProviderQuestion {
  /** Of the harness. */
  readonly family: ModelFamily;
  readonly model: string;
  /** By the agent key; what is no provider's name is no word. */
  readonly asked: string | null;
  /** By the organization, for this model. */
  readonly chosen: ModelProvider | null;
  readonly access: ProviderAccess;
}

/**
 * Who answers: whom the agent key names, else whom the organization chose, where that one can serve the harness at all; else the first
 * that is known to serve the model and lets in; else the family's own, where an inference service may have it that nobody here knows.
 */
export function chooseProvider({ family, model, asked, chosen, access }: ProviderQuestion): ModelProvider {
  const possible = providersOf[family];
  if (asked !== null && isModelProvider(asked) && possible.includes(asked)) return asked;
  if (chosen !== null && possible.includes(chosen)) return chosen;
  const known = findModel(model);
  const serving = known === null ? [] : providersFor(known, family);
  // Its own makes no difference to who else could: without a key it may be a service that needs none.
  if (serving[0] === family) return family;
  return serving.find((provider) => canReach(access, provider)) ?? family;
}
