/** Returns the common base branch of these repositories, or null if the branches differ or are unknown. Pure. */
export function commonBranch(
  repositoryIds: readonly string[],
  branches: ReadonlyMap<string, string | null>,
): string | null {
  const found = new Set(repositoryIds.map((id) => branches.get(id) ?? null));
  const [first] = found;
  return found.size === 1 ? (first ?? null) : null;
}
