import { findModel, providersFor } from "./catalog.ts";
import { type HarnessProtocols, type ModelRoute, routesTo } from "./model-routes.ts";
import type { ModelProviders } from "./provider.ts";
import { canReach, type ProviderAccess } from "./provider-access.ts";

export interface RouteQuery {
  readonly harness: HarnessProtocols;
  readonly model: string;
  /** Provider that the agent key names. Ignored if the provider cannot serve the harness. */
  readonly asked: string | null;
  /** Provider that the organization chose for this model. */
  readonly chosen: string | null;
  readonly access: ProviderAccess;
  readonly providers: ModelProviders;
}

/**
 * Chooses the provider and the protocol, in this order:
 * - the provider that the agent key names, if it can serve the harness
 * - the organization's choice, if it can serve the harness
 * - the first provider with a credential that is known to serve the model, starting with the family's own
 * - the family's own provider, even without a credential
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

/** Returns the routes that are known to serve the model, best first. Returns none for a model outside the catalog. */
export function servingRoutes(
  ways: readonly ModelRoute[],
  model: string,
  providers: ModelProviders,
): readonly ModelRoute[] {
  const known = findModel(model);
  if (known === null) return [];
  return ways.filter(({ family, provider }) => providersFor(known, family, providers).includes(provider));
}
