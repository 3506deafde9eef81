import { hashJson } from "../../../base/index.ts";
import type { BuildRecipe } from "./project-build.ts";

/** Version of the format of environments. A new version makes every environment outdated. */
const environmentFormat = 3;

/** Everything that the result of a build depends on. */
export interface BuildInputs {
  /** Digest of the base layer, or null for the machine's own system. */
  readonly baseDigest: string | null;
  /** The recipe also contains settings of sessions, which have no effect on a build. */
  readonly recipe: Omit<BuildRecipe, "source" | "repositoryIds" | "baseBranches">;
  /** Repositories in the order in which they are cloned. */
  readonly repositories: readonly {
    readonly id: string;
    readonly branch: string;
    /** Commit of the branch, or null if the repository is empty. */
    readonly commit: string | null;
  }[];
  /** The project's variables. Their order has no effect. */
  readonly variables: readonly ValueVersion[];
  /** The organization's secrets. Their order has no effect. */
  readonly secrets: readonly ValueVersion[];
}

interface ValueVersion {
  readonly key: string;
  /** Changes with the value. */
  readonly version: string;
}

/**
 * Returns the SHA-256 of the inputs, in hexadecimal. Two builds with the same identity make the same environment, so
 * only one of them needs to run. `builtOn` is the identity of the environment from which an incremental build starts, or
 * null for a whole build. Pure.
 */
export function buildIdentity(
  inputs: BuildInputs,
  builtOn: string | null = null,
  format: number = environmentFormat,
): string {
  const { repositories, ...others } = inputs;
  return hashJson({
    ...unordered(others, format),
    repositories: repositories.map(({ id, branch, commit }) => [id, branch, commit]),
    ...(builtOn !== null && { builtOn }),
  }).toString("hex");
}

/**
 * Returns the SHA-256 of the inputs except the commits, in hexadecimal. A build may start from the environment of another
 * one with the same foundation. Pure.
 */
export function buildFoundation(inputs: BuildInputs, format: number = environmentFormat): string {
  const { repositories, ...others } = inputs;
  return hashJson({
    ...unordered(others, format),
    repositories: repositories.map(({ id, branch }) => [id, branch]),
  }).toString("hex");
}

function unordered(
  { baseDigest, recipe, variables, secrets }: Omit<BuildInputs, "repositories">,
  format: number,
) {
  const { setupScript, installsDependencies, user } = recipe;
  return {
    ...{ format, baseDigest, recipe: { setupScript, installsDependencies, user } },
    ...{ variables: sorted(variables), secrets: sorted(secrets) },
  };
}

const sorted = (values: readonly ValueVersion[]) =>
  values.map(({ key, version }) => JSON.stringify([key, version])).sort((a, b) => (a < b ? -1 : 1));
