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
      "The agent and the attachments of a message are fields of Tembo. Tembo rejects an invalid value instead of ignoring it.",
  },
  {
    operation: "POST /v1/messages",
    samples: ["artifactId", "id", "pullRequestId", "sessionId"].map(
      (field) => `${field} of no version: ours refuses`,
    ),
    reason: "Tembo's ids are UUIDs of version 7. No id without a version exists, and none can be chosen.",
  },
  {
    operation: "POST /session/{sessionId}/messages",
    samples: ["artifactId of no version: ours refuses", "pullRequestId of no version: ours refuses"],
    reason: "Tembo's ids are UUIDs of version 7. No id without a version exists.",
  },
];
