import { z } from "zod";
import { artifactType } from "../artifact/artifact.ts";

/** Names of the vendor's templates. `GET /v1/agents/templates` lists the templates available on this server. */
export const agentTemplateName = z.enum([
  "addTestCoverage",
  "addTestCoverageFromJira",
  "autoAgentsMdMaintainer",
  "autoDocsMaintainer",
  "commitOfTheDay",
  "customerHealthMonitoringAgent",
  "deadCodeCleanup",
  "dependencySweepAgent",
  "autoFixCi",
  "autoFixSentryError",
  "dailySlackChangelog",
  "duplicateTicketDetector",
  "fixBugsReportedInSlack",
  "enrichGithubIssue",
  "enrichJiraIssue",
  "enrichLinearIssue",
  "hubspotCallTaskCoach",
  "hubspotEmailTaskDrafter",
  "hubspotTicketToLinearBug",
  "prDescription",
  "prReview",
  "pagePerformanceReport",
  "prioritizeSentry",
  "productFaqAgent",
  "productFinanceAgent",
  "queryPerformanceReport",
  "securityFixFromJira",
  "securityScan",
  "skillProgressionMap",
  "slackChannelListener",
  "slopCop",
  "testPruner",
  "testAudit",
  "staleCodeComments",
  "stalePullRequestNotifier",
  "summarizeChangesDaily",
  "triageNewJiraBug",
]);
export type AgentTemplateName = z.infer<typeof agentTemplateName>;

export const agentTemplate = z.strictObject({
  name: agentTemplateName,
  title: z.string(),
  description: z.string(),
  label: z.enum(["Code Review", "Productivity", "Documentation", "Reporting", "Monitoring", "Management"]),
  instructions: z.record(z.string(), z.unknown()),
  connectedApps: z.array(z.string()),
  agent: z.string(),
  artifactType: artifactType.nullish(),
  schedules: z.array(z.string()).optional(),
  requiredParams: z.array(z.literal("repository")).optional(),
});
export type AgentTemplate = z.infer<typeof agentTemplate>;

export const agentTemplateParams = z.object({ templateName: z.string().min(1).max(200) });
export const agentTemplateListQuery = z.object({
  cursor: agentTemplateName.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export const agentTemplateList = z.strictObject({
  items: z.array(agentTemplate),
  nextCursor: agentTemplateName.nullable(),
});
export type AgentTemplateList = z.infer<typeof agentTemplateList>;
