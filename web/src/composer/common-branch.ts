/** Returns the base branch that all of these repositories have, or null if they differ or it is unknown. Pure. */
export function commonBranch(
  repositoryIds: readonly string[],
  branches: ReadonlyMap<string, string | null>,
): string | null {
  const found = new Set(repositoryIds.map((id) => branches.get(id) ?? null));
  const [first] = found;
  return found.size === 1 ? (first ?? null) : null;
}
