import type { HarnessInfo, ModelFamily } from "../harness/harness-info.ts";
import { familyOf, findModel, providersFor } from "./catalog.ts";
import { type ModelProviders, namesFor } from "./provider.ts";

/** A provider for a model, and the family whose protocol the harness uses for it. */
export interface ModelRoute {
  readonly family: ModelFamily;
  readonly provider: string;
}

export type HarnessProtocols = Pick<HarnessInfo, "modelFamily" | "otherFamilies">;

/**
 * Returns the routes from a harness to a model, best first. First come the routes that use the protocol of the model's
 * own family or, if the harness does not support it, the harness's main protocol. Then come routes that use the
 * harness's other protocols. For a model in the catalog, these other routes include only the providers that serve the
 * model and each family's own provider. The URL of a family's own provider may be that of a self-hosted service.
 */
export function routesTo(
  model: string,
  { modelFamily, otherFamilies = [] }: HarnessProtocols,
  providers: ModelProviders,
): readonly ModelRoute[] {
  const routesBy = (family: ModelFamily) =>
    namesFor(family, providers).map((provider) => ({ family, provider }));
  const spoken = [modelFamily, ...otherFamilies];
  const own = familyOf(model);
  const first = own !== null && spoken.includes(own) ? own : modelFamily;
  const known = findModel(model);
  const others = spoken
    .filter((family) => family !== first)
    .flatMap((family) => routesBy(family))
    .filter(
      ({ family, provider }) =>
        provider === family || known === null || providersFor(known, family, providers).includes(provider),
    );
  return [...routesBy(first), ...others];
}
