import type { ModelFamily } from "../ports/harness.ts";
import { findModel, providersFor } from "./catalogue.ts";
import { isModelProvider, type ModelProvider, providersOf } from "./provider.ts";

export interface ProviderQuestion {
  /** Of the harness. */
  readonly family: ModelFamily;
  readonly model: string;
  /** By the agent key; what is no provider's name is no word. */
  readonly asked: string | null;
  /** By the organization, for this model. */
  readonly chosen: ModelProvider | null;
}

/**
 * Who answers: whom the agent key names, else whom the organization chose, where that one can serve the harness at all; else the
 * family's own provider, or for a model that is not the family's the first that serves it.
 */
export function chooseProvider({ family, model, asked, chosen }: ProviderQuestion): ModelProvider {
  const possible = providersOf[family];
  if (asked !== null && isModelProvider(asked) && possible.includes(asked)) return asked;
  if (chosen !== null && possible.includes(chosen)) return chosen;
  const known = findModel(model);
  return (known === null ? undefined : providersFor(known, family)[0]) ?? family;
}
