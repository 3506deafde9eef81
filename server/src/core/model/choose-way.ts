import { findModel, providersFor } from "./catalogue.ts";
import type { ModelProvider } from "./provider.ts";
import { canReach, type ProviderAccess } from "./provider-access.ts";
import { type ModelWay, type Speaker, waysTo } from "./ways-to.ts";

export interface WayQuestion {
  readonly harness: Speaker;
  readonly model: string;
  /** By the agent key; what is no provider's name is no word. */
  readonly asked: string | null;
  /** By the organization, for this model. */
  readonly chosen: ModelProvider | null;
  readonly access: ProviderAccess;
}

/**
 * Who answers, and in whose protocol: whom the agent key names, else whom the organization chose, where that one can serve the harness at
 * all; else the first that is known to serve the model and lets in; else the family's own, where an inference service may have it that
 * nobody here knows.
 */
export function chooseWay({ harness, model, asked, chosen, access }: WayQuestion): ModelWay {
  const possible = waysTo(model, harness);
  const named =
    possible.find(({ provider }) => provider === asked) ??
    possible.find(({ provider }) => provider === chosen);
  if (named !== undefined) return named;
  const own = possible[0]!;
  const serving = servingWays(possible, model);
  // Its own makes no difference to who else could: without a key it may be a service that needs none.
  if (serving[0] === own && own.family === harness.modelFamily) return own;
  return serving.find(({ provider }) => canReach(access, provider)) ?? own;
}

/** Of the ways to a model of the catalogue those that are known to lead there, the best first; none to one that is not in it. */
export function servingWays(ways: readonly ModelWay[], model: string): readonly ModelWay[] {
  const known = findModel(model);
  if (known === null) return [];
  return ways.filter(({ family, provider }) => providersFor(known, family).includes(provider));
}
