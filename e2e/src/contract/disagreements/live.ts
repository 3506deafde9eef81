import type { Disagreement } from "./disagreement.ts";

export const liveRequests: readonly Disagreement[] = [
  ...["POST /v1/sessions/live", "POST /v1/messages/live"].map((operation) => ({
    operation,
    samples: ["scope.sessionId of no version: ours refuses"],
    reason: "Tembo's IDs are UUIDs of version 7. IDs without a version do not exist.",
  })),
];
