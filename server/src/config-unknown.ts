/** A sentence for each variable that looks like a setting and is none. */
export function findUnknown(
  env: Readonly<Record<string, string | undefined>>,
  knownVariables: readonly string[],
): string[] {
  const known = new Set(knownVariables);
  return Object.keys(env)
    .filter((name) => name.startsWith("TEMBO_") && env[name] !== "" && env[name] !== undefined)
    .filter((name) => !known.has(name))
    .sort()
    .map(
      (name) =>
        `${name} is no setting: did you mean ${nearest(name.slice(0, 100), knownVariables)}? Rename or unset it`,
    );
}

function nearest(name: string, knownVariables: readonly string[]): string {
  const candidates = knownVariables.filter((known) => known.startsWith("TEMBO_"));
  const distances = candidates.map((known) => ({ known, distance: editDistance(name, known) }));
  return distances.reduce((best, other) => (other.distance < best.distance ? other : best)).known;
}

/** Levenshtein: insertions, deletions and replacements between two words. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
