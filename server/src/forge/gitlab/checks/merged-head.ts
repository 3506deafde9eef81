/**
 * Returns the head for which a merged results pipeline ran, or null if the message does not contain it. The pipeline runs on a commit that
 * GitLab creates from head and base. Only that commit's message contains the head: "Merge <head> into <base>".
 */
export function mergedHead(message: string): string | null {
  return /^Merge ([0-9a-f]{40}) into [0-9a-f]{40}\s*$/.exec(message)?.[1] ?? null;
}
