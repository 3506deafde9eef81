import { hashJson } from "../../../base/index.ts";
import type { BuildRecipe } from "./project-build.ts";

/** Version of the format of environments. A new version makes every environment outdated. */
const environmentFormat = 1;

/** Everything that the result of a build depends on. */
export interface BuildInputs {
  /** Digest of the base layer, or null for the machine's own system. */
  readonly baseDigest: string | null;
  readonly recipe: Omit<BuildRecipe, "source" | "repositoryIds" | "baseBranches">;
  /** Repositories in the order in which they are cloned. */
  readonly repositories: readonly { readonly id: string; readonly branch: string }[];
  /** Hashes of lockfiles and other files that determine dependencies. Their order has no effect. */
  readonly dependencyFiles: readonly {
    readonly repositoryId: string;
    readonly path: string;
    /** SHA-256 in hexadecimal. */
    readonly hash: string;
  }[];
  /** Variables of the build. Their order has no effect. `version` changes with the value. */
  readonly variables: readonly { readonly key: string; readonly version: string }[];
}

/**
 * Returns the SHA-256 of the inputs, in hexadecimal. Two builds with the same identity make the same environment, so
 * only one of them needs to run. Pure.
 */
export function buildIdentity(inputs: BuildInputs, format: number = environmentFormat): string {
  const { baseDigest, recipe, repositories, dependencyFiles, variables } = inputs;
  return hashJson({
    format,
    baseDigest,
    recipe,
    repositories: repositories.map(({ id, branch }) => [id, branch]),
    dependencyFiles: sorted(
      dependencyFiles.map(({ repositoryId, path, hash }) => [repositoryId, path, hash]),
    ),
    variables: sorted(variables.map(({ key, version }) => [key, version])),
  }).toString("hex");
}

const sorted = (rows: readonly (readonly string[])[]) =>
  rows.map((row) => JSON.stringify(row)).sort((a, b) => (a < b ? -1 : 1));
