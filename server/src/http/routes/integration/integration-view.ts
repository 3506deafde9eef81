import type {
  IntegrationRateLimit,
  Integration as IntegrationView,
  IntegrationSettings as SettingsView,
} from "@tembo/contract";
import {
  type ForgeCredential,
  type ForgeRateLimit,
  type Integration,
  type IntegrationSync,
  type RateLimitBucket,
  webhookUrl,
} from "../../../core/forges/index.ts";

export function integrationView(integration: Integration, repositoryCount: number): IntegrationView {
  return {
    id: integration.id,
    type: integration.forge,
    displayName: integration.displayName,
    enabledAt: integration.enabledAt?.toISOString() ?? null,
    lastSyncedAt: integration.lastSyncedAt?.toISOString() ?? null,
    repositoryCount,
    sourceCount: 0,
    createdAt: integration.createdAt.toISOString(),
    updatedAt: integration.updatedAt.toISOString(),
  };
}

/** Returns an integration's settings. Includes only the credential's kind, not the credential itself. */
export function integrationSettingsView(
  publicUrl: string,
  integration: Integration,
  details: { readonly credential: ForgeCredential["type"] | null; readonly lastSync: IntegrationSync | null },
): SettingsView {
  const { defaultRepositoryId, mentionName, events, enablesNewRepositories, instantSolve, appOrganization } =
    integration.settings;
  return {
    integrationId: integration.id,
    webUrl: integration.webUrl,
    apiUrl: integration.apiUrl,
    account: integration.account && { id: integration.account.id, login: integration.account.login },
    credential: details.credential,
    webhookUrl: webhookUrl(publicUrl, integration),
    settings: {
      defaultRepositoryId,
      mentionName,
      events,
      enablesNewRepositories,
      instantSolve: instantSolve ?? false,
      appOrganization: appOrganization ?? null,
      enabled: integration.enabledAt !== null,
    },
    lastSync: details.lastSync && syncView(details.lastSync),
  };
}

function syncView({ requestedAt, state }: IntegrationSync): NonNullable<SettingsView["lastSync"]> {
  const ended = state.status === "requested" ? null : state;
  return {
    status: state.status,
    requestedAt: requestedAt.toISOString(),
    endedAt: ended?.endedAt.toISOString() ?? null,
    outcome: ended?.outcome ?? null,
  };
}

/** Returns the rate limit. The values are zero for kinds of requests that the forge does not limit. */
export function rateLimitView({ core, graphql, search }: ForgeRateLimit): IntegrationRateLimit {
  const none = { limit: 0, remaining: 0, used: 0, resetAt: core.resetAt };
  return {
    core: bucketView(core),
    graphql: bucketView(graphql ?? none),
    search: bucketView(search ?? none),
  };
}

const bucketView = ({ limit, remaining, used, resetAt }: RateLimitBucket) => ({
  limit,
  remaining,
  used,
  resetAt: resetAt.toISOString(),
});
