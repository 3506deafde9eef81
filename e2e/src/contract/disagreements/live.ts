import type { Disagreement } from "./disagreement.ts";

export const liveRequests: readonly Disagreement[] = [
  ...["POST /v1/sessions/live", "POST /v1/messages/live"].map((operation) => ({
    operation,
    samples: ["scope.sessionId of no version: ours refuses"],
    reason: "Tembo's ids are UUIDs of version 7. No id without a version exists.",
  })),
];
