import { type BuildInputs, type EnvironmentOrigin, variableVersions } from "../../sessions/index.ts";
import type { Base } from "./base.ts";
import type { BuildCheckout, BuildContext } from "./build-context.ts";

/** Returns the commit of each repository's branch, or null for an empty repository, by repository ID. Pure. */
export const commitsOf = (checkouts: readonly BuildCheckout[]): EnvironmentOrigin["commits"] =>
  Object.fromEntries(checkouts.map(({ repository, commit }) => [repository.id, commit]));

/** Returns everything that the result of the build depends on. Pure. */
export const inputsOf = (
  { build: { recipe }, checkouts, variables, secretVersions }: BuildContext,
  base: Base | null,
): BuildInputs => ({
  baseDigest: base?.identity ?? null,
  recipe,
  repositories: checkouts.map(({ repository: { id }, branch, commit }) => ({ id, branch, commit })),
  variables: variableVersions(variables),
  secrets: secretVersions,
});
