import type { FastifyInstance } from "fastify";
import type { Ports } from "../../core/ports.ts";
import { agentRunRoutes } from "./agent/agent-runs.ts";
import { agentStartRoutes } from "./agent/agent-starts.ts";
import { agentRoutes } from "./agent/agents.ts";
import { apiKeyRoutes } from "./api-key/api-keys.ts";
import { artifactRoutes } from "./artifact/artifacts.ts";
import { decisionRoutes } from "./ask/asks.ts";
import { attachmentRoutes } from "./attachment/attachments.ts";
import { auditEventRoutes } from "./audit/audit-events.ts";
import { deliveryRoutes } from "./delivery/deliveries.ts";
import { insightRoutes } from "./insight/insights.ts";
import { integrationRoutes } from "./integration/integrations.ts";
import { integrationCatalogRoutes } from "./integration/integrations-catalog.ts";
import { integrationWorkRoutes } from "./integration/integrations-work.ts";
import { liveRoutes } from "./live/live.ts";
import { mcpConnectionRoutes } from "./mcp-connection/mcp-connections.ts";
import { meRoutes } from "./me/me.ts";
import { memberRoutes } from "./member/members.ts";
import { messageRoutes } from "./message/messages.ts";
import { modelRoutes } from "./model/models.ts";
import { mailServerRoutes } from "./notification/mail-server.ts";
import { notificationRoutes } from "./notification/notifications.ts";
import { organizationLimitRoutes } from "./organization/organization-limits.ts";
import { organizationSettingsRoutes } from "./organization/organization-settings.ts";
import { organizationRoutes } from "./organization/organizations.ts";
import { projectBuildRoutes } from "./project/project-builds.ts";
import { projectRoutes } from "./project/projects.ts";
import { pullRequestReviewRoutes } from "./pull-request/pull-request-reviews.ts";
import { pullRequestRoutes } from "./pull-request/pull-requests.ts";
import { repositoryRoutes } from "./repository/repositories.ts";
import { repositoryTreeRoutes } from "./repository/repository-trees.ts";
import { organizationSecretRoutes } from "./secret/secrets.ts";
import { serviceRoutes } from "./service/services.ts";
import { attemptRoutes } from "./session/attempts.ts";
import { sessionEventRoutes } from "./session/session-events.ts";
import { sessionFileRoutes } from "./session/session-files.ts";
import { sessionSourceRoutes } from "./session/session-sources.ts";
import { sessionWriteRoutes } from "./session/session-writes.ts";
import { sessionRoutes } from "./session/sessions.ts";
import { skillRoutes } from "./skill/skills.ts";
import { statusRoutes } from "./status/status.ts";
import { billingRoutes } from "./usage/billing.ts";
import { userRoutes } from "./user/users.ts";
import { webhookRoutes } from "./webhook/webhooks.ts";

/** Serves the operations of the contract, except for sign-ins and terminals. Each group of operations has a folder next to this file. */
export function apiRoutes(api: FastifyInstance, ports: Ports): void {
  for (const routes of [
    sessionRoutes,
    sessionSourceRoutes,
    sessionWriteRoutes,
    attemptRoutes,
    sessionEventRoutes,
    sessionFileRoutes,
    messageRoutes,
    attachmentRoutes,
    repositoryRoutes,
    repositoryTreeRoutes,
    pullRequestRoutes,
    pullRequestReviewRoutes,
    integrationCatalogRoutes,
    integrationWorkRoutes,
    integrationRoutes,
    apiKeyRoutes,
    modelRoutes,
    organizationSecretRoutes,
    organizationSettingsRoutes,
    organizationLimitRoutes,
    deliveryRoutes,
    skillRoutes,
    mcpConnectionRoutes,
    decisionRoutes,
    artifactRoutes,
    meRoutes,
    organizationRoutes,
    memberRoutes,
    userRoutes,
    notificationRoutes,
    mailServerRoutes,
    billingRoutes,
    insightRoutes,
    liveRoutes,
    projectRoutes,
    projectBuildRoutes,
    serviceRoutes,
    agentRoutes,
    agentRunRoutes,
    agentStartRoutes,
    webhookRoutes,
    auditEventRoutes,
    statusRoutes,
  ]) {
    routes(api, ports);
  }
}
