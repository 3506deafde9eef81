import type { Disagreement } from "./disagreement.ts";

const ids = (...fields: readonly string[]) => fields.map((field) => `${field} of no version: ours refuses`);
const sizes = ["ultra", "xxl"].map((size) => `sandboxSize = ${size}: ours refuses`);

export const agentRequests: readonly Disagreement[] = [
  {
    operation: "POST /v1/agents",
    samples: [...ids("projectId", "repositoryIds[]", "sourceAgentId", "triggers[].integrationId"), ...sizes],
    reason: "Ids of ours are UUIDs of version 7; sizes are those that sessions have.",
  },
  {
    operation: "PATCH /v1/agents/{agentId}",
    samples: [...ids("projectId", "repositoryIds[]"), ...sizes],
    reason: "Ids of ours are UUIDs of version 7; sizes are those that sessions have.",
  },
  ...["POST /v1/agents/{agentId}/triggers", "PATCH /v1/agents/{agentId}/triggers/{triggerId}"].map(
    (operation) => ({
      operation,
      samples: ids("integrationId"),
      reason: "Ids of ours are UUIDs of version 7; one of no version was never given out.",
    }),
  ),
  {
    operation: "PATCH /v1/agents/{agentId}/triggers/{triggerId}",
    samples: ["integrationId as variant 1: ours accepts", "integrationId null: ours accepts"],
    reason: "Null widens a trigger again that waited for one integration.",
  },
  ...["POST /agent/{keyOrId}/trigger", "POST /v1/agents/{agentId}/runs"].map((operation) => ({
    operation,
    samples: ["body as variant 1: ours accepts", "body null: ours accepts"],
    reason: "The body may be left out, which is seen as null: a run without a payload.",
  })),
];
