import type { Clock } from "../../core/ports/clock.ts";
import type { Queries } from "../../core/ports/store.ts";
import { apiKeyQueries } from "./api-keys.ts";
import { artifactQueries } from "./artifacts.ts";
import { askQueries } from "./asks.ts";
import { attachmentQueries } from "./attachments.ts";
import { conversationQueries } from "./conversations.ts";
import { deliveryQueries } from "./deliveries.ts";
import { diffQueries } from "./diffs.ts";
import { eventQueries } from "./events.ts";
import { integrationSetupQueries } from "./integration-setup.ts";
import { integrationQueries } from "./integrations.ts";
import { keptSandboxQueries } from "./kept-sandboxes.ts";
import { localForgeQueries } from "./local-forge/local-forge.ts";
import { mcpConnectionQueries } from "./mcp-connections.ts";
import { messageQueries } from "./messages.ts";
import { modelQueries } from "./models.ts";
import { organizationQueries } from "./organizations.ts";
import { planQueries } from "./plans.ts";
import { pollingQueries } from "./polling.ts";
import { pullRequestQueries } from "./pull-requests.ts";
import { repositoryQueries } from "./repositories.ts";
import { secretQueries } from "./secrets.ts";
import { sessionChainQueries } from "./session-chains.ts";
import { sessionQueries } from "./sessions.ts";
import { skillQueries } from "./skills.ts";
import type { Sql } from "./sql.ts";
import { syncedRepositoryQueries } from "./synced-repositories.ts";
import { turnQueries } from "./turns.ts";
import { usageQueries } from "./usage.ts";
import { wireQueries } from "./wire.ts";

export interface QueryContext {
  readonly clock: Clock;
  readonly repositoryKey: (url: string) => string;
}

export const createQueries = (sql: Sql, { clock, repositoryKey }: QueryContext): Queries => ({
  apiKeys: apiKeyQueries(sql, clock),
  organizations: organizationQueries(sql, clock),
  models: modelQueries(sql),
  secrets: secretQueries(sql, clock),
  repositories: repositoryQueries(sql, repositoryKey),
  sessions: sessionQueries(sql, clock),
  conversations: conversationQueries(sql),
  keptSandboxes: keptSandboxQueries(sql),
  sessionChains: sessionChainQueries(sql),
  mcpConnections: mcpConnectionQueries(sql),
  messages: messageQueries(sql),
  attachments: attachmentQueries(sql),
  turns: turnQueries(sql),
  events: eventQueries(sql, clock),
  wire: wireQueries(sql, clock),
  asks: askQueries(sql),
  artifacts: artifactQueries(sql),
  plans: planQueries(sql),
  diffs: diffQueries(sql),
  pullRequests: pullRequestQueries(sql),
  integrations: integrationQueries(sql),
  integrationSetup: integrationSetupQueries(sql),
  syncedRepositories: syncedRepositoryQueries(sql, repositoryQueries(sql, repositoryKey)),
  deliveries: deliveryQueries(sql),
  polling: pollingQueries(sql),
  skills: skillQueries(sql),
  usage: usageQueries(sql),
  localForge: localForgeQueries(sql, clock),
});
