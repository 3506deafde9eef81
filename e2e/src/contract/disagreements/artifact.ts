import type { Disagreement } from "./disagreement.ts";

export const artifactRequests: readonly Disagreement[] = [
  {
    operation: "POST /v1/artifacts",
    samples: ["output.assetId", "sessionId"].map((field) => `${field} of no version: ours refuses`),
    reason: "Tembo's ids are UUIDs with a version. No id without a version exists.",
  },
];
