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
    reason:
      "A message's agent and attachments are Tembo's own fields. Tembo rejects an invalid value instead of ignoring it.",
  },
  {
    operation: "POST /v1/messages",
    samples: ["artifactId", "id", "pullRequestId", "sessionId"].map(
      (field) => `${field} of no version: ours refuses`,
    ),
    reason:
      "Tembo's IDs are UUIDs of version 7. IDs without a version do not exist, and clients cannot choose them.",
  },
  {
    operation: "POST /session/{sessionId}/messages",
    samples: ["artifactId of no version: ours refuses", "pullRequestId of no version: ours refuses"],
    reason: "Tembo's IDs are UUIDs of version 7. IDs without a version do not exist.",
  },
];
