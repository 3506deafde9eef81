import type { Disagreement } from "./disagreement.ts";

const ids = (...fields: readonly string[]) => fields.map((field) => `${field} of no version: ours refuses`);
const sizes = ["ultra", "xxl"].map((size) => `sandboxSize = ${size}: ours refuses`);

export const agentRequests: readonly Disagreement[] = [
  {
    operation: "POST /v1/agents",
    samples: [...ids("projectId", "repositoryIds[]", "sourceAgentId", "triggers[].integrationId"), ...sizes],
    reason: "Tembo's IDs are UUIDs of version 7. Agents have the same sandbox sizes as sessions.",
  },
  {
    operation: "PATCH /v1/agents/{agentId}",
    samples: [...ids("projectId", "repositoryIds[]"), ...sizes],
    reason: "Tembo's IDs are UUIDs of version 7. Agents have the same sandbox sizes as sessions.",
  },
  ...["POST /v1/agents/{agentId}/triggers", "PATCH /v1/agents/{agentId}/triggers/{triggerId}"].map(
    (operation) => ({
      operation,
      samples: ids("integrationId"),
      reason: "Tembo's IDs are UUIDs of version 7. IDs without a version do not exist.",
    }),
  ),
  {
    operation: "PATCH /v1/agents/{agentId}/triggers/{triggerId}",
    samples: ["integrationId as variant 1: ours accepts", "integrationId null: ours accepts"],
    reason: "Null makes a trigger accept events of every integration again.",
  },
  ...["POST /agent/{keyOrId}/trigger", "POST /v1/agents/{agentId}/runs"].map((operation) => ({
    operation,
    samples: ["body as variant 1: ours accepts", "body null: ours accepts"],
    reason: "The body is optional. A missing body means null, which starts a run without a payload.",
  })),
];
