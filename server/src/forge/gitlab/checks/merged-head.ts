/**
 * Returns the head of a merged results pipeline. The pipeline runs on a commit that GitLab creates from head and base.
 * Only the message of that commit names the head: "Merge <head> into <base>".
 */
export function mergedHead(message: string): string | null {
  return /^Merge ([0-9a-f]{40}) into [0-9a-f]{40}\s*$/.exec(message)?.[1] ?? null;
}
