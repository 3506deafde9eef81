import type { Disagreement } from "./disagreement.ts";
import { ownAttachments } from "./own-attachments.ts";

/** Fields that the vendor's schema does not define and therefore accepts with any value. */
const ownFields = [
  ...["array", "boolean", "object", "text"].map((kind) => `budgetUsd as ${kind}`),
  "budgetUsd negative",
  "budgetUsd null",
  ...["array", "boolean", "number", "object", "text"].map((kind) => `egress as ${kind}`),
  "egress null",
  "egress with an unknown property",
  ...["boolean", "number", "object", "text"].map((kind) => `egress.allow as ${kind}`),
  "egress.allow null",
  "egress.allow with 501 items",
  ...["array", "boolean", "number", "object"].map((kind) => `egress.allow[] as ${kind}`),
  "egress.allow[] empty",
  "egress.allow[] null",
  "egress.allow[] of 301 characters",
  "egress.allow[] very long",
  ...["array", "boolean", "number", "object", "text"].map((kind) => `egress.preset as ${kind}`),
  "egress.preset missing",
  "egress.preset null",
  ...["boolean", "number", "object", "text"].map((kind) => `mcpServers as ${kind}`),
  "mcpServers null",
  "mcpServers with 101 items",
  ...["array", "boolean", "number", "object"].map((kind) => `mcpServers[] as ${kind}`),
  "mcpServers[] empty",
  "mcpServers[] null",
  "mcpServers[] of 201 characters",
  "mcpServers[] very long",
  ...["boolean", "number", "object", "text"].map((kind) => `runsOn as ${kind}`),
  "runsOn with 11 items",
  ...["array", "boolean", "number", "object"].map((kind) => `runsOn[] as ${kind}`),
  "runsOn[] empty",
  "runsOn[] null",
  "runsOn[] of 64 characters",
  "runsOn[] very long",
  ...["array", "boolean", "number", "object", "text"].map((kind) => `sandboxSize as ${kind}`),
  "sandboxSize null",
  ...["array", "boolean", "number", "object", "text"].map((kind) => `slashCommand as ${kind}`),
  "slashCommand null",
  "slashCommand with an unknown property",
  ...["arguments", "command"].flatMap((name) =>
    ["as array", "as boolean", "as number", "as object", "null", "very long"].map(
      (what) => `slashCommand.${name} ${what}`,
    ),
  ),
  "slashCommand.arguments of 100001 characters",
  "slashCommand.command empty",
  "slashCommand.command missing",
  "slashCommand.command of 201 characters",
  ...["array", "boolean", "number", "object", "text"].map((kind) => `preparedId as ${kind}`),
  "preparedId empty",
  "preparedId null",
  "preparedId of no version",
  "preparedId very long",
  ...["array", "boolean", "number", "object"].map((kind) => `projectId as ${kind}`),
  ...["array", "boolean", "number", "object", "text"].map((kind) => `visibility as ${kind}`),
  "visibility null",
].map((sample) => `${sample}: ours refuses`);

const ownLimits: readonly Disagreement[] = ["POST /v1/sessions", "PATCH /v1/sessions/{sessionId}"].flatMap(
  (operation) => [
    {
      operation,
      samples: ["sandboxSize = ultra: ours refuses", "sandboxSize = xxl: ours refuses"],
      reason: "Tembo's largest size is xl.",
    },
    {
      operation,
      samples: ["richContent.content[] with an unknown property: ours accepts"],
      reason:
        "Tembo stores and shows a document but never interprets the content, so nested values are not validated.",
    },
  ],
);

export const sessionRequests: readonly Disagreement[] = [
  ...ownLimits,
  {
    operation: "POST /v1/sessions",
    samples: ["codeRepositoryIds[]", "id", "pullRequestId"].map(
      (name) => `${name} of no version: ours refuses`,
    ),
    reason: "An ID is a UUID with a version. Other IDs do not exist.",
  },
  ...["POST /session/create", "POST /task/create"].map((operation) => ({
    operation,
    samples: [...ownFields, ...ownAttachments],
    reason:
      "A session's project, prepared work, labels, size, egress, budget, attachments, first command, visibility and MCP connections are Tembo's own fields. Tembo rejects an invalid value instead of ignoring it.",
  })),
  {
    operation: "POST /session/create",
    samples: ["codeRepoIds[] of no version: ours refuses"],
    reason: "Tembo's IDs are UUIDs of version 7. IDs without a version do not exist.",
  },
  {
    operation: "POST /task/create",
    samples: ["body as object: ours refuses", "prompt missing: ours refuses"],
    reason:
      "The SDK's types make the prompt optional, but a session requires a prompt, as in /session/create.",
  },
  {
    operation: "POST /task/create",
    samples: [
      "agent empty: ours refuses",
      "agent of 501 characters: ours refuses",
      "agent very long: ours refuses",
      "branchName empty: ours refuses",
      "branchName of 501 characters: ours refuses",
      "branchName very long: ours refuses",
      "prompt empty: ours refuses",
      "prompt of 1000001 characters: ours refuses",
      "prompt very long: ours refuses",
      "repositories with 101 items: ours refuses",
      "repositories[] empty: ours refuses",
      "repositories[] of 2001 characters: ours refuses",
      "repositories[] very long: ours refuses",
      "targetBranch empty: ours refuses",
      "targetBranch of 501 characters: ours refuses",
      "targetBranch very long: ours refuses",
    ],
    reason:
      "The SDK's types state no limits. The limits of /session/create apply, because this route is the older name of the same operation.",
  },
  {
    operation: "POST /task/create",
    samples: [
      "agentOptions as array: ours refuses",
      "agentOptions as boolean: ours refuses",
      "agentOptions as number: ours refuses",
      "agentOptions as text: ours refuses",
      "agentOptions null: ours refuses",
      "baseBranch as array: ours refuses",
      "baseBranch as boolean: ours refuses",
      "baseBranch as number: ours refuses",
      "baseBranch as object: ours refuses",
      "baseBranch empty: ours refuses",
      "baseBranch of 501 characters: ours refuses",
      "baseBranch very long: ours refuses",
      "codeRepoIds as boolean: ours refuses",
      "codeRepoIds as number: ours refuses",
      "codeRepoIds as object: ours refuses",
      "codeRepoIds as text: ours refuses",
      "codeRepoIds null: ours refuses",
      "codeRepoIds with 101 items: ours refuses",
      "codeRepoIds[] as array: ours refuses",
      "codeRepoIds[] as boolean: ours refuses",
      "codeRepoIds[] as number: ours refuses",
      "codeRepoIds[] as object: ours refuses",
      "codeRepoIds[] as text: ours refuses",
      "codeRepoIds[] empty: ours refuses",
      "codeRepoIds[] null: ours refuses",
      "codeRepoIds[] very long: ours refuses",
      "description as array: ours refuses",
      "description as boolean: ours refuses",
      "description as number: ours refuses",
      "description as object: ours refuses",
      "description empty: ours refuses",
      "description null: ours refuses",
      "description of 1000001 characters: ours refuses",
      "description very long: ours refuses",
      "codeRepoIds[] of no version: ours refuses",
    ],
    reason: "The SDK does not have these fields. They have the same meaning as in /session/create.",
  },
];

export const sessionResponses: readonly Disagreement[] = [
  "GET /v1/sessions/{sessionId}",
  "POST /v1/sessions",
  "PATCH /v1/sessions/{sessionId}",
  "POST /v1/sessions/{sessionId}/fork",
].flatMap((operation) => [
  {
    operation,
    samples: [
      "artifacts[].pullRequests[].diff.additions negative",
      "artifacts[].pullRequests[].diff.deletions negative",
    ],
    reason: "Line counts come from git, which counts from zero.",
  },
  {
    operation,
    samples: [
      "artifacts[].pullRequests[].author.login very long",
      "artifacts[].pullRequests[].baseBranch very long",
      "artifacts[].pullRequests[].headSha very long",
    ],
    reason: "Logins and branches have a limit of 500 characters on input. A SHA has 40 or 64 characters.",
  },
]);
