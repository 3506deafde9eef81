import type { Logger } from "../../core/base/index.ts";
import type { Forge, ForgeAdapter } from "../../core/forges/index.ts";
import type { OutboundFetch } from "../../outbound/fetch/outbound-fetch.ts";
import { createAccess } from "./access/access.ts";
import { createChecks } from "./checks/checks.ts";
import { createGitlabClient } from "./client/gitlab-client.ts";
import { createConversations } from "./conversations/conversations.ts";
import { createPullRequests } from "./pull-requests/pull-requests.ts";
import { createRepositories } from "./repositories/repositories.ts";
import { identifyWebhook } from "./webhook/identify-webhook.ts";
import { readWebhook } from "./webhook/read-webhook.ts";
import { verifyWebhook } from "./webhook/verify-webhook.ts";

/**
 * Creates the adapter for GitLab, on gitlab.com or self-managed. Authenticates with a group, project or service account token, or with
 * OAuth. `apiUrl` ends with "/api/v4". Sources: GitLab's pages "REST API" and "Webhook events".
 */
export function createGitlabForge(means: {
  readonly log: Logger;
  readonly fetch: OutboundFetch;
}): ForgeAdapter {
  return {
    name: "gitlab",
    connect: (connection): Forge => {
      const client = createGitlabClient(connection, means);
      return {
        name: "gitlab",
        signer: null,
        reviewing: null,
        ...createAccess(client),
        ...createRepositories(client),
        ...createPullRequests(client),
        ...createConversations(client),
        ...createChecks(client),
      };
    },
    identifyWebhook,
    verifyWebhook,
    readWebhook,
  };
}
