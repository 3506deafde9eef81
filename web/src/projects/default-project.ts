import type { Project } from "@tembo-io/sdk";

/**
 * Returns the project that the server chooses for a session that names none, or null: the default for the repositories
 * with the fewest repositories, or otherwise the default for the size. `size` is the requested size, or null. Pure.
 */
export function findDefaultProject(
  projects: readonly Project[],
  {
    repositoryIds,
    size,
    defaultSize,
  }: {
    readonly repositoryIds: readonly string[];
    readonly size: string | null;
    readonly defaultSize: string | null;
  },
): Project | null {
  const [ofRepositories] = projects
    .filter(
      ({ isDefaultForRepositories, codeRepositoryIds }) =>
        isDefaultForRepositories &&
        repositoryIds.length > 0 &&
        repositoryIds.every((id) => codeRepositoryIds?.includes(id)),
    )
    .filter(({ sizes }) => size === null || hasSize(sizes, size))
    .toSorted(
      (one, other) =>
        (one.codeRepositoryIds?.length ?? 0) - (other.codeRepositoryIds?.length ?? 0) ||
        (one.id < other.id ? -1 : 1),
    );
  if (ofRepositories !== undefined) return ofRepositories;
  const wanted = size ?? defaultSize;
  return (
    projects.find(({ defaultForSizes }) =>
      (defaultForSizes as readonly (string | null)[]).includes(wanted),
    ) ?? null
  );
}

/** `small` has the same resources as `micro`. */
const hasSize = (sizes: readonly string[], size: string) => sizes.includes(size === "small" ? "micro" : size);
