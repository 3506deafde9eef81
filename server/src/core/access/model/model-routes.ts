import type { HarnessInfo, ModelFamily } from "../harness/harness-info.ts";
import { familyOf, findModel, providersFor } from "./catalogue.ts";
import { type ModelProviders, namesFor } from "./provider.ts";

/** Who answers for a model, and the family whose protocol a harness speaks to be answered. */
export interface ModelRoute {
  readonly family: ModelFamily;
  readonly provider: string;
}

export type HarnessProtocols = Pick<HarnessInfo, "modelFamily" | "otherFamilies">;

/**
 * On which ways a harness can be led to a model, the best first: those by the protocol of the model's own family where the harness speaks it,
 * else by its usual one; then those by the others that it speaks, to providers that are known to serve the model or may be a service of
 * one's own.
 */
export function routesTo(
  model: string,
  { modelFamily, otherFamilies = [] }: HarnessProtocols,
  providers: ModelProviders,
): readonly ModelRoute[] {
  const waysBy = (family: ModelFamily) =>
    namesFor(family, providers).map((provider) => ({ family, provider }));
  const spoken = [modelFamily, ...otherFamilies];
  const own = familyOf(model);
  const first = own !== null && spoken.includes(own) ? own : modelFamily;
  const known = findModel(model);
  const others = spoken
    .filter((family) => family !== first)
    .flatMap((family) => waysBy(family))
    .filter(
      ({ family, provider }) =>
        provider === family || known === null || providersFor(known, family, providers).includes(provider),
    );
  return [...waysBy(first), ...others];
}
