/**
 * Returns the base branch that all these repositories have in common, or null if there are no repositories or their
 * branches differ or are unknown. Pure.
 */
export function commonBranch(
  repositoryIds: readonly string[],
  branches: ReadonlyMap<string, string | null>,
): string | null {
  const found = new Set(repositoryIds.map((id) => branches.get(id) ?? null));
  const [first] = found;
  return found.size === 1 ? (first ?? null) : null;
}
