/** A folder name in the workspace for each repository: its name, made unique with the owner, then with a number. */
export function directoriesFor(
  repositories: readonly { readonly owner: string; readonly name: string }[],
): string[] {
  const taken = new Set<string>();
  return repositories.map(({ owner, name }) => {
    const candidates = [name, `${name}-${owner.replaceAll("/", "-")}`];
    for (let number = 2; ; number++) {
      const free = candidates.find((candidate) => !taken.has(candidate.toLowerCase()));
      if (free !== undefined) {
        taken.add(free.toLowerCase());
        return free;
      }
      candidates.push(`${name}-${number}`);
    }
  });
}
