/**
 * The head that a pipeline for merged results is about. It runs on a commit that GitLab makes of head and base, and that
 * commit's message is the one place that names the head: "Merge <head> into <base>".
 */
export function mergedHead(message: string): string | null {
  return /^Merge ([0-9a-f]{40}) into [0-9a-f]{40}\s*$/.exec(message)?.[1] ?? null;
}
