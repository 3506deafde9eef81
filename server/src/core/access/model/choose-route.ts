import { findModel, providersFor } from "./catalogue.ts";
import { type HarnessProtocols, type ModelRoute, routesTo } from "./model-routes.ts";
import type { ModelProviders } from "./provider.ts";
import { canReach, type ProviderAccess } from "./provider-access.ts";

export interface RouteQuery {
  readonly harness: HarnessProtocols;
  readonly model: string;
  /** By the agent key; what is no provider's name is no word. */
  readonly asked: string | null;
  /** By the organization, for this model. */
  readonly chosen: string | null;
  readonly access: ProviderAccess;
  readonly providers: ModelProviders;
}

/**
 * Chooses the provider and its protocol: the one that the agent key names, else the one that the organization chose, where it can serve the
 * harness at all; else the first with a credential that is known to serve the model, the family's own before others; else the family's own.
 */
export function chooseRoute({ harness, model, asked, chosen, access, providers }: RouteQuery): ModelRoute {
  const possible = routesTo(model, harness, providers);
  const named =
    possible.find(({ provider }) => provider === asked) ??
    possible.find(({ provider }) => provider === chosen);
  if (named !== undefined) return named;
  const serving = servingRoutes(possible, model, providers);
  return serving.find(({ provider }) => canReach(access, provider)) ?? possible[0]!;
}

/** Of the ways to a model of the catalogue those that are known to lead there, the best first; none to one that is not in it. */
export function servingRoutes(
  ways: readonly ModelRoute[],
  model: string,
  providers: ModelProviders,
): readonly ModelRoute[] {
  const known = findModel(model);
  if (known === null) return [];
  return ways.filter(({ family, provider }) => providersFor(known, family, providers).includes(provider));
}
