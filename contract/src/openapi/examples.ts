import type { input, ZodType } from "zod";
import type { operations } from "../operations.ts";

type Table = typeof operations;
type BodyOf<O> = O extends { readonly body: infer S extends ZodType } ? input<S> : never;

/** IDs and a key that the examples contain. A test replaces them with real IDs and a real key. */
export const exampleIds = {
  sessionId: "0199f0a5-7c1e-7cc3-98c4-dc0c0c073901",
  repositoryId: "0199f0a5-7c1e-7cc3-98c4-dc0c0c073902",
  apiKey: "tembo_not-a-real-key",
} as const;

const session = {
  prompt: "Fix the login page: it shows an error after a correct password.",
  agent: "claudeCode",
  codeRepoIds: [exampleIds.repositoryId],
  queueRightAway: false,
};

const instructions = {
  type: "doc",
  content: [
    { type: "paragraph", content: [{ type: "text", text: "Update one old dependency and run the tests." }] },
  ],
};

/** An example body for each operation that accepts one, by operation name. A test sends every example. */
export const examples = {
  agentContentRevisionRestore: { expectedContentVersion: 1 },
  agentCreate: {
    name: "Update old dependencies",
    instructions,
    agent: "claudeCode",
    schedules: [{ cron: "CRON_TZ=Europe/Berlin 0 9 * * 1-5" }],
    repositoryIds: [exampleIds.repositoryId],
  },
  agentCreateDocumented: {
    name: "Update old dependencies",
    jsonContent: instructions,
    schedules: [{ cron: "0 9 * * 1" }],
  },
  agentRunCreate: { package: "left-pad" },
  agentRunPolicyUpdate: { overlap: "queue", pauseAfterFailures: 5 },
  agentScheduleCreate: { cron: "0 9 * * 1-5" },
  agentScheduleUpdate: { cron: "CRON_TZ=Europe/Berlin 30 9 * * 1-5" },
  agentTriggerCreate: { name: "github.pull_request.opened", integrationType: "github" },
  agentTriggerRun: { package: "left-pad" },
  agentTriggerUpdate: { name: "github.pull_request.merged", filters: {} },
  agentUpdate: { name: "Update dependencies", mcpServers: [], autoDetectRepositories: false },
  apiKeyCreate: { name: "CI" },
  apiKeyUpdate: { name: "Shop CI" },
  artifactCreate: {
    sessionId: exampleIds.sessionId,
    title: "How the login works",
    output: { type: "markdown", content: "# Login\n\nThe form posts to `/login`." },
    category: "code_walkthrough",
  },
  insightUpdate: { enabled: true },
  integrationCreate: {
    type: "github",
    accessToken: "github_pat_0123456789abcdef",
    displayName: "Our GitHub",
  },
  integrationSync: { mode: "queued" },
  integrationSyncAll: {},
  integrationUpdate: { displayName: "Our GitHub" },
  mcpConnectionCreate: { type: "stdio", name: "files", command: "mcp-files", args: ["--read-only"] },
  mcpConnectionUpdate: { type: "stdio", args: ["--read-only", "--quiet"] },
  memberCreate: { emailAddress: "ada@example.com", role: "org:member" },
  memberAddressConfirm: { emailAddress: "ada@example.com" },
  memberUpdate: { role: "org:admin" },
  messageCreate: { sessionId: exampleIds.sessionId, content: "Add a test for it." },
  messageLiveAuthorize: { scope: { sessionId: exampleIds.sessionId } },
  messageUpdate: { content: "Add two tests for it." },
  modelUpdate: { enabled: false },
  organizationBudgetUpdate: { perSessionUsd: 2.5, perMonthUsd: 500 },
  organizationCreate: { name: "Shop", slug: "shop" },
  organizationEgressUpdate: { preset: "registries", allow: ["docs.example.com"] },
  organizationPermissionPolicyUpdate: { rules: { delete: "ask" } },
  organizationSecretCreate: { key: "DEPLOY_TOKEN", value: "not-a-real-token" },
  organizationSecretUpdate: { value: "another-unreal-token" },
  organizationSettingsUpdate: { draftPrs: true },
  organizationUpdate: { name: "The shop", slug: "the-shop" },
  pullRequestCommentCreate: {
    body: "Name the event that this waits for.",
    place: { path: "src/login.ts", line: 12 },
  },
  pullRequestCommentUpdate: { isResolved: true },
  pullRequestMerge: { method: "squash" },
  repositoryCreate: { owner: "shop", name: "web" },
  repositoryUpdate: { fixesChecks: true },
  secretBindingUpdate: { hosts: ["deploy.example.com"], header: "authorization", prefix: "Bearer " },
  sessionCreate: session,
  sessionFork: { prompt: "Try it without the cache.", queueRightAway: false },
  sessionKeepAlive: { minutes: 30 },
  sessionLiveAuthorize: { scope: { sessionId: exampleIds.sessionId } },
  sessionMake: {
    description: "Fix the login page: it shows an error after a correct password.",
    agent: "claudeCode",
    codeRepositoryIds: [exampleIds.repositoryId],
    queueRightAway: false,
  },
  sessionMessageCreate: { content: "Add a test for it." },
  sessionPermissionAnswer: { decision: "allow" },
  sessionPlanApprove: { content: "1. Write the test.\n2. Fix the page." },
  sessionPlanReject: { comment: "The page is rendered on the server; look there first." },
  sessionPlanUpdate: { content: "1. Write the test.\n2. Fix the page." },
  sessionQuestionAnswer: { answer: "The second one." },
  sessionUpdate: { title: "The login page", isPinned: true },
  signInConfirm: { password: "correct horse battery staple" },
  signInPasswordUpdate: { next: "correct horse battery staple" },
  signInWelcome: {
    token: "not-a-real-token",
    name: "Ada",
    email: "ada@example.com",
    password: "correct horse battery staple",
  },
  signInCreate: { apiKey: exampleIds.apiKey },
  skillCreate: {
    name: "release-notes",
    description: "How to write release notes for this project.",
    files: [{ filename: "SKILL.md", content: "One line for each change that users see." }],
  },
  skillUpdate: { description: "How to write and publish release notes." },
  taskCreate: session,
  userDelete: {
    deletionQuestionnaire: { reasons: ["Another account"], submittedAt: "2026-01-02T03:04:05.000Z" },
  },
  userForgeNameUpdate: { login: "ada" },
  userInvitationCreate: { email: "grace@example.com", role: "org:member" },
  userSettingsUpdate: { followUpBehavior: "queue", includeTemboCommitAttribution: true },
  userUpdate: { name: "Ada", email: "ada.l@example.com" },
  webhookCreate: { url: "https://ci.example.com/tembo", events: ["session.completed", "pull_request.*"] },
  webhookSecretRotate: { overlapHours: 24 },
  webhookUpdate: { description: "Notifies the team channel." },
} satisfies { readonly [Name in keyof Table]?: BodyOf<Table[Name]> };
