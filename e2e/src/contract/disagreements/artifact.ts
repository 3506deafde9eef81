import type { Disagreement } from "./disagreement.ts";

export const artifactRequests: readonly Disagreement[] = [
  {
    operation: "POST /v1/artifacts",
    samples: ["output.assetId", "sessionId"].map((field) => `${field} of no version: ours refuses`),
    reason: "Ids of ours are UUIDs of some version; one of no version was never given out.",
  },
];
