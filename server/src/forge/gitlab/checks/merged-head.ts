/**
 * Returns the merge request's head from the commit message of a merged results pipeline, or null for any other
 * message. Such a pipeline runs on a commit that GitLab creates by merging head into base. Only that commit's message
 * contains the head: "Merge <head> into <base>".
 */
export function mergedHead(message: string): string | null {
  return /^Merge ([0-9a-f]{40}) into [0-9a-f]{40}\s*$/.exec(message)?.[1] ?? null;
}
