import type { Disagreement } from "./disagreement.ts";
import { ownAttachments } from "./own-attachments.ts";

export const messageRequests: readonly Disagreement[] = [
  {
    operation: "POST /session/{sessionId}/messages",
    samples: [
      ...["array", "boolean", "number", "object"].map((kind) => `agent as ${kind}: ours refuses`),
      "agent empty: ours refuses",
      "agent null: ours refuses",
      "agent of 501 characters: ours refuses",
      "agent very long: ours refuses",
      ...ownAttachments,
    ],
    reason: "Agent and attachments of a message are ours; what cannot be read is refused, not ignored.",
  },
  {
    operation: "POST /v1/messages",
    samples: ["artifactId", "id", "pullRequestId", "sessionId"].map(
      (field) => `${field} of no version: ours refuses`,
    ),
    reason:
      "Ids of ours are UUIDs of version 7; one of no version was never given out, and is none to choose.",
  },
  {
    operation: "POST /session/{sessionId}/messages",
    samples: ["artifactId of no version: ours refuses", "pullRequestId of no version: ours refuses"],
    reason: "Ids of ours are UUIDs of version 7; one of no version was never given out.",
  },
];
