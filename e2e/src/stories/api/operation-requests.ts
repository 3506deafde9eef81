import type { Operation } from "@tembo/contract";
import { API_KEY } from "../../support/index.ts";

/** Resources that the request bodies refer to. */
interface Subject {
  readonly sessionId: string;
  readonly gitlabUrl: string;
}

/** An upload. Its bytes are sent as text. */
export const UPLOAD = {
  method: "POST",
  path: "/v1/attachments",
  body: "words",
  headers: { "content-type": "text/plain" },
};

/** Registration of a browser, with the keys of the example in RFC 8291. */
export const subscriptionOf = (name: string) => ({
  endpoint: `https://push.invalid/${name}`,
  keys: {
    p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    auth: "AAAAAAAAAAAAAAAAAAAAAA",
  },
});

const inOrganization = "/v1/organizations/{organizationId}";
export const BODIES: Readonly<Record<string, unknown>> = {
  "/session/create": { prompt: "Wait.", queueRightAway: false },
  "/task/create": { prompt: "Wait.", queueRightAway: false },
  "/v1/sessions": { description: "Wait.", queueRightAway: false },
  "/v1/sessions/prepare": {},
  "/v1/sessions/{sessionId}": { isPinned: true },
  "/v1/sessions/{sessionId}/fork": {},
  "/session/{sessionId}/messages": { content: "More." },
  "/v1/sessions/{sessionId}/previews": { port: 8080, name: "web" },
  "/v1/sessions/{sessionId}/previews/{previewId}/shares": { expiresInMinutes: 60 },
  "/v1/previews/open": { host: "3000-abcdefghijklmnop.preview.localhost" },
  "/v1/previews/redeem": { token: "unknown" },
  "/v1/sessions/{sessionId}/keep-alive": { minutes: 0 },
  "/v1/messages/{messageId}": { content: "Other." },
  "/agent": { name: "made", jsonContent: { type: "doc" } },
  "/agent/{keyOrId}/trigger": { from: "a webhook" },
  "/v1/agents": { name: "made" },
  "/v1/agents/{agentId}": { name: "changed" },
  "/v1/agents/{agentId}/runs": { from: "a person" },
  "/v1/agents/{agentId}/run-policy": { overlap: "parallel" },
  "/v1/agents/{agentId}/schedules": { cron: "0 0 1 1 *" },
  "/v1/agents/{agentId}/schedules/{scheduleId}": { cron: "0 0 2 1 *" },
  "/v1/agents/{agentId}/triggers": { name: "github.issue.opened" },
  "/v1/agents/{agentId}/triggers/{triggerId}": { name: "github.issue.closed" },
  "/v1/agents/{agentId}/content-revisions/{version}/restore": { expectedContentVersion: 1 },
  "/v1/repositories": { owner: "ops", name: "made" },
  "/v1/repositories/{repositoryId}": { fixesChecks: false },
  "/v1/integrations/sync": {},
  "/v1/integrations/{integrationId}": { displayName: "Renamed" },
  "/v1/integrations/{integrationId}/sync": { mode: "queued" },
  "/v1/api-keys": { name: "made" },
  "/v1/api-keys/{apiKeyId}": { name: "renamed" },
  "/v1/organizations": { name: "Made" },
  [inOrganization]: { name: "Renamed" },
  [`${inOrganization}/members`]: { emailAddress: "made@example.com" },
  [`${inOrganization}/members/{memberId}`]: { role: "org:admin" },
  [`${inOrganization}/members/{memberId}/verified-address`]: { emailAddress: "first@example.com" },
  "/v1/users/{userId}/forge-names/{integrationId}": { login: "ada" },
  "/v1/users/{userId}/settings": { followUpBehavior: "steer" },
  "/v1/users/{userId}/notifications": { email: { end: true } },
  "/v1/users/{userId}/notifications/test": { channel: "push" },
  "/v1/users/{userId}/push-subscriptions": subscriptionOf("made"),
  [`${inOrganization}/mail-server`]: {
    host: "smtp.invalid",
    port: 587,
    security: "startTls",
    username: "tembo",
    password: "hidden-value",
    fromAddress: "tembo@example.com",
  },
  "/v1/insights": { enabled: true },
  "/v1/models/{modelName}": { enabled: false },
  "/v1/skills/{skillId}": { description: "Changed." },
  "/v1/mcp-connections/{mcpConnectionId}": { type: "stdio", args: ["--changed"] },
  [`${inOrganization}/secrets`]: { key: "MADE", value: "hidden-value" },
  [`${inOrganization}/secrets/{secretId}`]: { value: "other-value" },
  [`${inOrganization}/secrets/{secretId}/binding`]: { hosts: ["api.example.com"], header: "authorization" },
  [`${inOrganization}/settings`]: { draftPrs: true },
  [`${inOrganization}/egress`]: { preset: "registries" },
  [`${inOrganization}/budget`]: { perSessionUsd: 2.5, perMonthUsd: null },
  [`${inOrganization}/permission-policy`]: { rules: { delete: "ask" } },
  "/v1/sessions/{sessionId}/permissions/{permissionId}": { decision: "allow" },
  "/v1/sessions/{sessionId}/questions/{questionId}": { answer: "Yes." },
  "/v1/sessions/{sessionId}/plan": { content: "Do it." },
  "/v1/sessions/{sessionId}/plan/reject": { comment: "Not so." },
  "/v1/sign-in": { apiKey: API_KEY },
  "/v1/users/invitations": { email: "newcomer@example.com" },
  "/v1/pull-requests/{pullRequestId}/comments": { body: "Why so?" },
  "/v1/pull-requests/{pullRequestId}/reviews": { state: "approved" },
  "/v1/pull-requests/{pullRequestId}/comments/{commentId}": { isResolved: true },
  "/v1/pull-requests/{pullRequestId}/merge": { method: "merge" },
  "/v1/projects": { name: "Made", sizes: ["micro"] },
  "/v1/projects/defaults": { projectId: null, sandboxSize: "small" },
  "/v1/projects/{projectId}": { description: "Changed." },
  "/v1/projects/{projectId}/builds": {},
  "/v1/projects/{projectId}/environment-variables": { secrets: [{ key: "OTHER", value: "hidden-value" }] },
  "/v1/projects/{projectId}/schedules": { cron: "0 0 1 1 *" },
  "/v1/projects/{projectId}/schedules/{scheduleId}": { cron: "0 0 2 1 *" },
  "/v1/projects/{projectId}/snapshots/{snapshotId}": { name: "Renamed" },
  "/v1/webhooks": { url: "https://hooks.invalid/", events: ["pull_request.merged"] },
  "/v1/webhooks/{webhookId}": { description: "Changed." },
  "/v1/webhooks/{webhookId}/rotate-secret": {},
};

export const skillOf = (name: string) => ({
  name,
  description: "How it is done.",
  files: [{ filename: "SKILL.md", content: "So." }],
});

export const artifactOf = (sessionId: string) => ({
  sessionId,
  title: "Made",
  output: { type: "json", content: "{}" },
});

const onboarding = { positionInCompany: "Lead", useCase: "Chores", howDidYouHear: "A friend" };

let mcpConnections = 0;
export const mcpConnectionBody = () => ({
  type: "stdio",
  name: `server ${++mcpConnections}`,
  command: "true",
});
/** Body for a new integration: an OAuth application that no user has authorized yet. */
export const application = (gitlabUrl: string) => ({
  type: "gitlab",
  baseUrl: gitlabUrl,
  oauth: { clientId: "client", clientSecret: "hidden-value" },
});

function bodyFor({ sessionId, gitlabUrl }: Subject, { method, path }: Operation): unknown {
  if (/^\/v1\/(sessions|messages)\/live$/.test(path)) return { scope: { sessionId } };
  if (path === "/v1/messages") return { content: "More.", sessionId };
  if (path === "/v1/artifacts") return artifactOf(sessionId);
  if (path === "/v1/sessions/{sessionId}/workspace/file")
    return { path: "app/a.txt", content: "2\n", sha256: "0".repeat(64) };
  if (path === "/v1/skills") return skillOf("made");
  if (path === "/v1/mcp-connections") return mcpConnectionBody();
  if (path === "/v1/users/{userId}") return method === "PATCH" ? { onboarding } : {};
  return path === "/v1/integrations" ? application(gitlabUrl) : BODIES[path];
}

function queryFor(path: string): string {
  if (path === "/v1/agents/schedule-times") return "?cron=@daily";
  if (path === "/v1/repositories/{repositoryId}/file") return "?path=a.txt";
  if (path === "/v1/sessions/{sessionId}/workspace/file") return "?path=app/a.txt";
  if (path === "/v1/usage") return "?groupBy=person";
  return path.endsWith("/search") ? "?q=a" : "";
}

/** Builds the request for an operation. `values` contains the path parameters by name. */
export function requestFor(subject: Subject, operation: Operation, values: Readonly<Record<string, string>>) {
  const isOfProject = operation.path.startsWith("/v1/projects/");
  const path = operation.path.replaceAll(
    /\{(\w+)\}/g,
    // Agents have schedules too.
    (_, name: string) => values[name === "scheduleId" && isOfProject ? "projectScheduleId" : name]!,
  );
  return {
    method: operation.method,
    path: `${path}${queryFor(operation.path)}`,
    ...(operation.body !== undefined && { body: bodyFor(subject, operation) }),
    ...(operation.takesBytes === true && { body: UPLOAD.body, headers: UPLOAD.headers }),
  };
}
