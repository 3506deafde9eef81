import type { EventData } from "@tembo/contract";
import type { Clock } from "../../core/base/index.ts";
import type { Queries } from "../../core/ports.ts";
import { agentRunQueries } from "./agent/agent-runs.ts";
import { agentScheduleQueries } from "./agent/agent-schedules.ts";
import { agentTriggerQueries } from "./agent/agent-triggers.ts";
import { agentQueries } from "./agent/agents.ts";
import { apiKeyQueries } from "./api-key/api-keys.ts";
import { artifactQueries } from "./artifact/artifacts.ts";
import { askQueries } from "./ask/asks.ts";
import { assignedThreadQueries } from "./assigned-thread/assigned-threads.ts";
import { attachmentQueries } from "./attachment/attachments.ts";
import { auditQueries } from "./audit/audit-events.ts";
import { blobQueries } from "./blob/blobs.ts";
import { deliveryQueries } from "./delivery/deliveries.ts";
import { eventQueries } from "./event/events.ts";
import { protocolLogQueries } from "./event/protocol-log.ts";
import { forgeOwnerQueries } from "./forge-owner/forge-owner.ts";
import { idempotencyQueries } from "./idempotency/idempotency.ts";
import { insightQueries } from "./insight/insights.ts";
import { installationQueries } from "./installation/installation.ts";
import { integrationSetupQueries } from "./integration/integration-setup.ts";
import { integrationQueries } from "./integration/integrations.ts";
import { pollingQueries } from "./integration/polling.ts";
import { joinTokenQueries } from "./join-token/join-tokens.ts";
import { liveTicketQueries } from "./live/live-tickets.ts";
import { localForgeQueries } from "./local-forge/local-forge.ts";
import { machineQueries } from "./machine/machines.ts";
import { mcpConnectionQueries } from "./mcp-connection/mcp-connections.ts";
import { memberQueries } from "./member/members.ts";
import { messageQueries } from "./message/messages.ts";
import { modelQueries } from "./model/models.ts";
import { mailServerQueries } from "./notification/mail-servers.ts";
import { notificationQueries } from "./notification/notifications.ts";
import { pushQueries } from "./notification/push.ts";
import { organizationQueries } from "./organization/organizations.ts";
import { planQueries } from "./plan/plans.ts";
import { previewGrantQueries } from "./preview/preview-grants.ts";
import { previewQueries, previewShareQueries } from "./preview/previews.ts";
import { projectBuildQueries } from "./project/builds.ts";
import { environmentCopyQueries } from "./project/environment-copies.ts";
import { projectScheduleQueries } from "./project/project-schedules.ts";
import { projectVariableQueries } from "./project/project-variables.ts";
import { projectQueries } from "./project/projects.ts";
import { savedLayerQueries } from "./project/saved-layers.ts";
import { projectSnapshotQueries } from "./project/snapshots.ts";
import { pullRequestQueries } from "./pull-request/pull-requests.ts";
import { reconcileQueries } from "./reconcile/reconcile.ts";
import { repositoryQueries } from "./repository/repositories.ts";
import { syncedRepositoryQueries } from "./repository/synced-repositories.ts";
import { savedWorkspaceQueries } from "./saved-workspace/saved-workspaces.ts";
import { secretQueries } from "./secret/secrets.ts";
import { serviceQueries } from "./service/services.ts";
import { attemptQueries } from "./session/attempts.ts";
import { conversationQueries } from "./session/conversations.ts";
import { diffQueries } from "./session/diffs.ts";
import { newSessionQueries } from "./session/new-sessions.ts";
import { preparationQueries } from "./session/preparations.ts";
import { sessionCardQueries } from "./session/session-cards.ts";
import { sessionChainQueries } from "./session/session-chains.ts";
import { sessionChangeQueries } from "./session/session-changes.ts";
import { sessionDetailQueries } from "./session/session-details.ts";
import { sessionFileQueries } from "./session/session-files.ts";
import { sessionFolderQueries } from "./session/session-folders.ts";
import { sessionListQueries } from "./session/session-list.ts";
import { sessionQueries } from "./session/sessions.ts";
import { warmSandboxRecordQueries } from "./session/warm-sandbox-records.ts";
import { invitationLinkQueries } from "./sign-in/invitation-links.ts";
import { knownBrowserQueries } from "./sign-in/known-browsers.ts";
import { passwordQueries } from "./sign-in/passwords.ts";
import { signInQueries } from "./sign-in/sign-ins.ts";
import { skillQueries } from "./skill/skills.ts";
import type { Sql } from "./sql.ts";
import { turnPlacementQueries } from "./turn/turn-placements.ts";
import { turnWatchQueries } from "./turn/turn-watch.ts";
import { turnQueries } from "./turn/turns.ts";
import { usageQueries } from "./usage/usage.ts";
import { userQueries } from "./user/users.ts";
import { outgoingQueries } from "./webhook/outgoing.ts";
import { webhookQueries } from "./webhook/webhooks.ts";

export interface QueryContext {
  readonly clock: Clock;
  readonly repositoryKey: (url: string) => string;
  readonly checkEvent?: ((data: EventData) => void) | undefined;
}

export const createQueries = (sql: Sql, { clock, repositoryKey, checkEvent }: QueryContext): Queries => ({
  agents: agentQueries(sql),
  agentSchedules: agentScheduleQueries(sql),
  agentTriggers: agentTriggerQueries(sql),
  agentRuns: agentRunQueries(sql),
  audit: auditQueries(sql),
  apiKeys: apiKeyQueries(sql, clock),
  signIns: signInQueries(sql, clock),
  passwords: passwordQueries(sql, clock),
  invitationLinks: invitationLinkQueries(sql),
  knownBrowsers: knownBrowserQueries(sql, clock),
  organizations: organizationQueries(sql, clock),
  users: userQueries(sql, clock),
  members: memberQueries(sql, clock),
  models: modelQueries(sql),
  secrets: secretQueries(sql, clock),
  repositories: repositoryQueries(sql, repositoryKey),
  sessions: sessionQueries(sql, clock),
  newSessions: newSessionQueries(sql, clock, checkEvent),
  sessionLists: sessionListQueries(sql),
  sessionCards: sessionCardQueries(sql),
  sessionDetails: sessionDetailQueries(sql),
  preparations: preparationQueries(sql),
  environmentCopies: environmentCopyQueries(sql),
  sessionFolders: sessionFolderQueries(sql),
  sessionFiles: sessionFileQueries(sql),
  sessionChanges: sessionChangeQueries(sql),
  blobs: blobQueries(sql),
  idempotency: idempotencyQueries(sql),
  conversations: conversationQueries(sql),
  warmSandboxRecords: warmSandboxRecordQueries(sql),
  sessionChains: sessionChainQueries(sql),
  attempts: attemptQueries(sql),
  mcpConnections: mcpConnectionQueries(sql),
  messages: messageQueries(sql),
  assignedThreads: assignedThreadQueries(sql),
  attachments: attachmentQueries(sql),
  turns: turnQueries(sql),
  turnPlacements: turnPlacementQueries(sql),
  turnWatch: turnWatchQueries(sql),
  reconcile: reconcileQueries(sql),
  machines: machineQueries(sql),
  installation: installationQueries(sql),
  events: eventQueries(sql, clock, checkEvent),
  protocolLog: protocolLogQueries(sql, clock),
  asks: askQueries(sql),
  artifacts: artifactQueries(sql),
  plans: planQueries(sql),
  diffs: diffQueries(sql),
  previews: previewQueries(sql),
  previewShares: previewShareQueries(sql),
  previewGrants: previewGrantQueries(sql),
  services: serviceQueries(sql),
  savedWorkspaces: savedWorkspaceQueries(sql),
  savedLayers: savedLayerQueries(sql),
  pullRequests: pullRequestQueries(sql),
  integrations: integrationQueries(sql),
  integrationSetup: integrationSetupQueries(sql),
  syncedRepositories: syncedRepositoryQueries(sql, repositoryQueries(sql, repositoryKey)),
  deliveries: deliveryQueries(sql),
  polling: pollingQueries(sql),
  webhooks: webhookQueries(sql),
  outgoing: outgoingQueries(sql),
  notifications: notificationQueries(sql),
  mailServers: mailServerQueries(sql),
  push: pushQueries(sql, clock),
  skills: skillQueries(sql),
  usage: usageQueries(sql),
  insights: insightQueries(sql),
  liveTickets: liveTicketQueries(sql),
  projects: projectQueries(sql),
  projectBuilds: projectBuildQueries(sql),
  projectSnapshots: projectSnapshotQueries(sql),
  projectSchedules: projectScheduleQueries(sql),
  projectVariables: projectVariableQueries(sql),
  localForge: localForgeQueries(sql, clock),
  forgeOwner: forgeOwnerQueries(sql),
  joinTokens: joinTokenQueries(sql),
});
