import type { Disagreement } from "./disagreement.ts";

export const liveRequests: readonly Disagreement[] = [
  ...["POST /v1/sessions/live", "POST /v1/messages/live"].map((operation) => ({
    operation,
    samples: ["scope.sessionId of no version: ours refuses"],
    reason: "Ids of ours are UUIDs of version 7; one of no version was never given out.",
  })),
];
