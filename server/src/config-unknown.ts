/**
 * Matches variables that Kubernetes injects into every pod if a service has the name "tembo" or "tembo-...":
 * https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
const serviceLink = /_SERVICE_HOST$|_SERVICE_PORT(_\w+)?$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/;

function isServiceLink(name: string, value: string): boolean {
  return serviceLink.test(name) || (name.endsWith("_PORT") && /^(tcp|udp|sctp):\/\//.test(value));
}

/** Finds variables that look like settings but are unknown. Returns a message for each variable, without the final period. */
export function findUnknown(
  env: Readonly<Record<string, string | undefined>>,
  knownVariables: readonly string[],
): string[] {
  const known = new Set(knownVariables);
  return Object.keys(env)
    .filter((name) => name.startsWith("TEMBO_") && !known.has(name))
    .filter((name) => env[name] !== undefined && env[name] !== "" && !isServiceLink(name, env[name]))
    .sort()
    .map(
      (name) =>
        `${name} is not a setting: did you mean ${nearest(name.slice(0, 100), knownVariables)}? Rename or unset it`,
    );
}

function nearest(name: string, knownVariables: readonly string[]): string {
  const candidates = knownVariables.filter((known) => known.startsWith("TEMBO_"));
  const distances = candidates.map((known) => ({ known, distance: editDistance(name, known) }));
  return distances.reduce((best, other) => (other.distance < best.distance ? other : best)).known;
}

/** Returns the Levenshtein distance: the minimum number of insertions, deletions and replacements that turn one word into the other. */
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
