import type { Disagreement } from "./disagreement.ts";

export const pullRequestResponses: readonly Disagreement[] = [
  {
    operation: "GET /v1/pull-requests",
    samples: ["items[].diff.additions negative", "items[].diff.deletions negative"],
    reason: "Line counts come from git, which counts from zero.",
  },
  {
    operation: "GET /v1/pull-requests/{pullRequestId}",
    samples: ["diff.additions negative", "diff.deletions negative"],
    reason: "Line counts come from git, which counts from zero.",
  },
];
