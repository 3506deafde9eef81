import assert from "node:assert/strict";
import type { Operation } from "@tembo/contract";
import { aSubscription } from "./a-subscription.ts";
import type { TenantFixture } from "./seed-tenants.ts";

type Ids = TenantFixture["ids"];

/**
 * Request bodies, by operation. The test of an operation fails if its body is missing here. A new body must prove that organizations are separate.
 */
const bodies: Readonly<Record<string, unknown>> = {
  "POST /v1/sessions": { description: "Wait.", queueRightAway: false },
  "POST /v1/sessions/prepare": { agent: "claudeCode" },
  "PATCH /v1/sessions/{sessionId}": { isPinned: true },
  "POST /v1/sessions/{sessionId}/fork": {},
  "POST /session/create": { prompt: "Wait.", queueRightAway: false },
  "POST /task/create": { prompt: "Wait.", queueRightAway: false },
  "POST /session/{sessionId}/messages": { content: "More." },
  "POST /v1/messages": ({ sessionId }: Ids) => ({ content: "More.", sessionId }),
  "POST /v1/sessions/live": ({ sessionId }: Ids) => ({ scope: { sessionId } }),
  "POST /v1/messages/live": ({ sessionId }: Ids) => ({ scope: { sessionId } }),
  "POST /v1/artifacts": ({ sessionId }: Ids) => ({
    sessionId,
    title: "More",
    output: { type: "markdown", content: "More." },
  }),
  "POST /v1/sessions/{sessionId}/previews": { port: 8080 },
  "POST /v1/sessions/{sessionId}/previews/{previewId}/shares": {},
  "POST /v1/previews/open": ({ previewHost }: Ids) => ({ host: previewHost }),
  "POST /v1/previews/redeem": { token: "unknown" },
  "PATCH /v1/insights": { enabled: true },
  "PATCH /v1/messages/{messageId}": { content: "Other." },
  "POST /v1/repositories": { owner: "ours", name: "another" },
  "PATCH /v1/repositories/{repositoryId}": { fixesChecks: true },
  "POST /v1/pull-requests/{pullRequestId}/merge": { method: "squash" },
  "POST /v1/pull-requests/{pullRequestId}/comments": { body: "Why so?" },
  "POST /v1/pull-requests/{pullRequestId}/reviews": { state: "approved" },
  "PATCH /v1/pull-requests/{pullRequestId}/comments/{commentId}": { isResolved: true },
  "POST /v1/integrations": { type: "gitlab", accessToken: "another" },
  "POST /v1/integrations/sync": {},
  "POST /v1/integrations/{integrationId}/sync": { mode: "queued" },
  "PATCH /v1/integrations/{integrationId}": { displayName: "another" },
  "POST /v1/api-keys": { name: "another" },
  "POST /v1/users/invitations": { email: "another@example.com" },
  "POST /v1/sign-in/confirm": { password: "correct horse battery staple" },
  "PUT /v1/organizations/{organizationId}/members/{memberId}/verified-address": {
    emailAddress: "leaving@example.com",
  },
  "PUT /v1/sign-in/password": { next: "correct horse battery staple" },
  "PATCH /v1/api-keys/{apiKeyId}": { name: "renamed" },
  "POST /v1/organizations": { name: "Another" },
  "PATCH /v1/organizations/{organizationId}": { name: "Renamed" },
  "POST /v1/organizations/{organizationId}/members": { emailAddress: "another@example.com" },
  "PATCH /v1/organizations/{organizationId}/members/{memberId}": { role: "org:admin" },
  "PATCH /v1/users/{userId}": { name: "Renamed" },
  "DELETE /v1/users/{userId}": {},
  "PUT /v1/users/{userId}/forge-names/{integrationId}": { login: "ada" },
  "PATCH /v1/users/{userId}/settings": { followUpBehavior: "steer" },
  "PATCH /v1/users/{userId}/notifications": { quietHours: null },
  "POST /v1/users/{userId}/notifications/test": { channel: "push" },
  "POST /v1/users/{userId}/push-subscriptions": aSubscription,
  "PUT /v1/organizations/{organizationId}/mail-server": {
    host: "smtp.example",
    port: 25,
    security: "none",
    username: null,
    fromAddress: "ours@example.com",
  },
  "POST /agent": { name: "another", jsonContent: {} },
  "POST /agent/{keyOrId}/trigger": {},
  "POST /v1/agents": { name: "another" },
  "PATCH /v1/agents/{agentId}": { name: "changed" },
  "POST /v1/agents/{agentId}/runs": {},
  "PATCH /v1/agents/{agentId}/run-policy": { overlap: "queue" },
  "POST /v1/agents/{agentId}/schedules": { cron: "@daily" },
  "PATCH /v1/agents/{agentId}/schedules/{scheduleId}": { cron: "@weekly" },
  "POST /v1/agents/{agentId}/triggers": { name: "github.issue.opened" },
  "PATCH /v1/agents/{agentId}/triggers/{triggerId}": { name: "github.issue.closed" },
  "POST /v1/agents/{agentId}/content-revisions/{version}/restore": { expectedContentVersion: 1 },
  "POST /v1/skills": {
    name: "another",
    description: "Another.",
    files: [{ filename: "SKILL.md", content: "Another." }],
  },
  "PATCH /v1/skills/{skillId}": { description: "Changed." },
  "POST /v1/organizations/{organizationId}/secrets": { key: "ANOTHER", value: "sesame-43" },
  "PATCH /v1/organizations/{organizationId}/secrets/{secretId}": { value: "sesame-44" },
  "PUT /v1/organizations/{organizationId}/secrets/{secretId}/binding": {
    hosts: ["ours.example"],
    header: "authorization",
    prefix: "",
  },
  "PATCH /v1/organizations/{organizationId}/settings": { draftPrs: true },
  "PUT /v1/organizations/{organizationId}/egress": { preset: "custom", allow: ["ours.example"] },
  "PUT /v1/organizations/{organizationId}/budget": { perSessionUsd: 1, perMonthUsd: null },
  "PATCH /v1/organizations/{organizationId}/permission-policy": { rules: { delete: "ask" } },
  "PUT /v1/sessions/{sessionId}/workspace/file": {
    path: "README.md",
    content: "# Saved\n",
    sha256: "0".repeat(64),
  },
  "POST /v1/sessions/{sessionId}/keep-alive": { minutes: 5 },
  "POST /v1/sessions/{sessionId}/permissions/{permissionId}": { decision: "allow" },
  "POST /v1/sessions/{sessionId}/questions/{questionId}": { answer: "Yes." },
  "PATCH /v1/sessions/{sessionId}/plan": { content: "Other." },
  "POST /v1/sessions/{sessionId}/plan/approve": { content: "Do it so." },
  "POST /v1/sessions/{sessionId}/plan/reject": { comment: "Not so." },
  "PATCH /v1/models/{modelName}": { enabled: false },
  "POST /v1/mcp-connections": { type: "stdio", name: "another", command: "true" },
  "PATCH /v1/mcp-connections/{mcpConnectionId}": { type: "remote", name: "changed" },
  "POST /v1/projects": { name: "another", sizes: ["micro"] },
  "PUT /v1/projects/defaults": { projectId: null, sandboxSize: "medium" },
  "PATCH /v1/projects/{projectId}": { description: "Changed." },
  "POST /v1/projects/{projectId}/builds": {},
  "POST /v1/projects/{projectId}/environment-variables": {
    secrets: [{ key: "ANOTHER", value: "sesame-47" }],
  },
  "POST /v1/projects/{projectId}/schedules": { cron: "@daily" },
  "PATCH /v1/projects/{projectId}/schedules/{scheduleId}": { cron: "@weekly" },
  "PATCH /v1/projects/{projectId}/snapshots/{snapshotId}": { name: "Another", pinned: true },
  "POST /v1/webhooks": { url: "https://another.example/" },
  "PATCH /v1/webhooks/{webhookId}": { description: "Changed." },
  "POST /v1/webhooks/{webhookId}/rotate-secret": {},
};

/** Separate sessions for actions that are possible only once, while no turn is running. */
const sessionOf: Readonly<Record<string, string>> = {
  "DELETE /v1/sessions/{sessionId}": "deletedSessionId",
  "POST /v1/sessions/{sessionId}/plan/approve": "approvedSessionId",
  "POST /v1/sessions/{sessionId}/plan/reject": "rejectedSessionId",
};

/** Queries that operations require. */
const queries: Readonly<Record<string, string>> = {
  "GET /session/search": "?q=login",
  "GET /task/search": "?q=login",
  "GET /v1/agents/schedule-times": "?cron=@daily",
  "GET /v1/repositories/{repositoryId}/file": "?path=README.md",
  "GET /v1/sessions/{sessionId}/workspace/file": "?path=README.md",
  "GET /v1/usage": "?groupBy=person",
};

/** Returns the request that either organization sends for an object of the first organization. */
export function requestFor(
  { ids, given }: Pick<TenantFixture, "ids" | "given">,
  operation: Operation,
): { readonly path: string; readonly init: RequestInit } {
  const name = `${operation.method} ${operation.path}`;
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => {
    if (parameter === "modelName") return "claude-opus-4-5";
    if (parameter === "modelProvider") return "anthropic";
    const id =
      given[name]?.ids[parameter] ??
      ids[parameter === "sessionId" ? (sessionOf[name] ?? parameter) : parameter];
    assert.ok(id !== undefined, `${name}: no ${parameter} is seeded; add one in seed-tenants.ts`);
    return id;
  });
  const wanted = bodies[name];
  const body = typeof wanted === "function" ? wanted(ids) : wanted;
  assert.equal(
    body !== undefined,
    operation.body !== undefined,
    `${name}: define a body in tenant-requests.ts exactly if the contract has one`,
  );
  return {
    path: `${path}${queries[name] ?? ""}`,
    init: {
      method: operation.method,
      ...(operation.takesBytes === true && { body: "bytes" }),
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    },
  };
}
