import type { input, ZodType } from "zod";
import type { operations } from "../operations.ts";

type Table = typeof operations;
type BodyOf<O> = O extends { readonly body: infer S extends ZodType } ? input<S> : never;

/** Ids that examples name: a test puts those of real things in their place. */
export const exampleIds = {
  sessionId: "0199f0a5-7c1e-7cc3-98c4-dc0c0c073901",
  repositoryId: "0199f0a5-7c1e-7cc3-98c4-dc0c0c073902",
} as const;

const session = {
  prompt: "Fix the login page: it shows an error after a correct password.",
  agent: "claudeCode",
  codeRepoIds: [exampleIds.repositoryId],
  queueRightAway: false,
};

/** One body for each operation that takes one, under the operation's name. A test sends them all. */
export const examples = {
  apiKeyCreate: { name: "CI" },
  integrationCreate: {
    type: "gitlab",
    accessToken: "glpat-0123456789abcdef",
    displayName: "Our GitLab",
  },
  integrationSync: { mode: "queued" },
  integrationSyncAll: {},
  integrationUpdate: { displayName: "Our GitLab" },
  mcpConnectionCreate: { type: "stdio", name: "files", command: "mcp-files", args: ["--read-only"] },
  mcpConnectionUpdate: { type: "stdio", args: ["--read-only", "--quiet"] },
  messageCreate: { sessionId: exampleIds.sessionId, content: "Add a test for it." },
  messageUpdate: { content: "Add two tests for it." },
  modelUpdate: { enabled: false },
  organizationBudgetUpdate: { perSessionUsd: 2.5, perMonthUsd: 500 },
  organizationEgressUpdate: { preset: "registries", allow: ["docs.example.com"] },
  organizationPermissionPolicyUpdate: { rules: { delete: "ask" } },
  organizationSecretCreate: { key: "DEPLOY_TOKEN", value: "not-a-real-token" },
  organizationSecretUpdate: { value: "another-unreal-token" },
  organizationSettingsUpdate: { draftPrs: true },
  repositoryCreate: { owner: "shop", name: "web" },
  repositoryUpdate: { fixesChecks: true },
  secretBindingUpdate: { hosts: ["deploy.example.com"], header: "authorization", prefix: "Bearer " },
  sessionCreate: session,
  sessionKeepAlive: { minutes: 30 },
  sessionMessageCreate: { content: "Add a test for it." },
  sessionPermissionAnswer: { decision: "allow" },
  sessionPlanApprove: { content: "1. Write the test.\n2. Mend the page." },
  sessionPlanReject: { comment: "The page is rendered on the server; look there first." },
  sessionPlanUpdate: { content: "1. Write the test.\n2. Mend the page." },
  sessionQuestionAnswer: { answer: "The second one." },
  skillCreate: {
    name: "release-notes",
    description: "How release notes are written here.",
    files: [{ filename: "SKILL.md", content: "One line for each change that users see." }],
  },
  skillUpdate: { description: "How release notes are written and where they go." },
  taskCreate: session,
} satisfies { readonly [Name in keyof Table]?: BodyOf<Table[Name]> };
