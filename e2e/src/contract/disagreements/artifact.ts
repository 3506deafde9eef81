import type { Disagreement } from "./disagreement.ts";

export const artifactRequests: readonly Disagreement[] = [
  {
    operation: "POST /v1/artifacts",
    samples: ["output.assetId", "sessionId"].map((field) => `${field} of no version: ours refuses`),
    reason: "Tembo's IDs are UUIDs with a version. IDs without a version do not exist.",
  },
];
