import { AppError } from "../../../base/index.ts";
import { type Feature, withoutVersion } from "./feature.ts";

export type OrderedFeature = Pick<
  Feature,
  "key" | "name" | "resource" | "needs" | "installsAfter" | "legacyNames"
>;

/**
 * Returns features in the order of installation, as the specification of dev containers defines it: in rounds, each with the features
 * whose predecessors are installed. `preferred` lists features that a round installs first, and alone. Throws `invalid_input`
 * if features depend on each other in a circle, or if `preferred` names another feature. Pure.
 */
export function orderFeatures<T extends OrderedFeature>(
  features: readonly T[],
  preferred: readonly string[],
): T[] {
  const isNamed = (feature: OrderedFeature, name: string) =>
    feature.resource === name || feature.legacyNames.includes(name);
  const wanted = preferred.map(withoutVersion);
  const unknown = wanted.find((name) => !features.some((feature) => isNamed(feature, name)));
  if (unknown !== undefined)
    throw new AppError(
      "invalid_input",
      `"overrideFeatureInstallOrder" names ${JSON.stringify(unknown)}, which is not one of the features. Remove it, or add the feature.`,
    );
  const priority = (feature: T) => {
    const index = wanted.findIndex((name) => isNamed(feature, name));
    return index < 0 ? 0 : wanted.length - index;
  };
  const isBefore = (one: T, feature: T) =>
    one.key !== feature.key &&
    (feature.needs.includes(one.key) ||
      feature.installsAfter.some((name) => isNamed(one, withoutVersion(name))));
  const ordered: T[] = [];
  let left = [...features];
  while (left.length > 0) {
    const ready = left.filter(
      (feature) => !feature.needs.includes(feature.key) && !left.some((one) => isBefore(one, feature)),
    );
    if (ready.length === 0)
      throw new AppError(
        "invalid_input",
        `Features depend on each other in a circle, so these cannot be installed: ${left.map(({ name }) => name).join(", ")}. Remove a feature of the circle.`,
      );
    const highest = Math.max(...ready.map(priority));
    const round = ready.filter((feature) => priority(feature) === highest).sort(compare);
    ordered.push(...round);
    left = left.filter((feature) => !round.includes(feature));
  }
  return ordered;
}

function compare(one: OrderedFeature, other: OrderedFeature): number {
  for (const field of ["resource", "name", "key"] as const)
    if (one[field] !== other[field]) return one[field] < other[field] ? -1 : 1;
  return 0;
}
