import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { SessionParts, SessionStatus } from "../../../core/sessions/index.ts";
import { aSession } from "../../../testing/test-store.ts";
import { itemFormat, itemView } from "./session-list-view.ts";

/**
 * Digest of the items below, for each format. If the items change, increase `itemFormat` and add a digest. Otherwise, lists
 * send stored items of the earlier version.
 */
const digests: Readonly<Record<number, string>> = {
  1: "88062931c2d13b9f01cbf44ac760f466857fea820dcd87082d38925875bfef86",
  2: "909b1297c38573ab198c2da3978765739ad1a418a51ee3331254560b26d3407c",
  3: "207b579356d8db3eb3d2379406a9a2c14a87666be171892c6390df8c591d9ec1",
  4: "50216ebc8dacc2ae83260228216d0a719d04e44729c45768659e6af13468887d",
};

const id = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`;
const at = new Date("2026-01-02T03:04:05.678Z");

const parts: SessionParts = {
  repositoryIds: [id(1), id(2)],
  targetBranches: ["main", "develop"],
  pullRequests: [
    {
      id: id(3),
      url: "http://127.0.0.1/pulls/1",
      title: "Fix",
      status: "open",
      isDraft: true,
      repositoryId: id(1),
      forge: "github",
    },
  ],
  artifacts: [{ id: id(4), type: "Plan", createdAt: at.toISOString(), updatedAt: at.toISOString() }],
  diff: { additions: 1, deletions: 2 },
  integration: { id: id(5), displayName: "Forge", forge: "github" },
  agentId: id(6),
  project: { id: id(7), name: "Shop", icon: "Box", color: "blue" } as SessionParts["project"],
  attention: "question",
  attempt: { groupId: id(9), number: 2, count: 3 },
  mcpServers: ["linear"],
};
const noParts: SessionParts = {
  ...{ repositoryIds: [], targetBranches: [], pullRequests: [], artifacts: [], mcpServers: [] },
  ...{ diff: null, integration: null, agentId: null, project: null, attention: null, attempt: null },
};

const organizationId = id(8);
const statuses: readonly SessionStatus[] = [
  ...(["draft", "queued", "inProgress", "completed", "failed", "cancelled"] as const),
];
const items = [
  ...statuses.map((status) => itemView(aSession({ organizationId, id: id(9), status }), noParts)),
  itemView(
    aSession({
      ...{ organizationId, id: id(9), status: "queued", lastQueuedAt: at, provider: "bedrock", level: 2 },
      ...{ visibility: "private", isPinned: true, archivedAt: at, projectId: id(7) },
      source: { kind: "issue", repositoryId: id(1), number: 1, url: "http://127.0.0.1/issues/1" } as never,
    }),
    parts,
  ),
];

test("increases the format of stored items with each change of the items", () => {
  const digest = createHash("sha256").update(JSON.stringify(items)).digest("hex");
  assert.equal(digests[itemFormat], digest);
});
