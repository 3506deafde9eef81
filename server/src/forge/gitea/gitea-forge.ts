import type { Logger } from "../../core/base/index.ts";
import type { ForgeAdapter } from "../../core/forges/index.ts";
import type { OutboundFetch } from "../../outbound/fetch/outbound-fetch.ts";
import { delay } from "../../runtime/delay.ts";
import { giteaAccess } from "./access.ts";
import { giteaChecks } from "./checks.ts";
import { giteaConversations } from "./conversations.ts";
import { createGiteaClient } from "./gitea-client.ts";
import { giteaPullRequests } from "./pull-requests.ts";
import { giteaRepositories } from "./repositories.ts";
import { identifyGiteaWebhook, verifyGiteaWebhook } from "./webhook/identity.ts";
import { readGiteaWebhook } from "./webhook/read-webhook.ts";

/**
 * Creates the adapter for the REST API of Gitea and Forgejo ("https://host/api/v1"). Authenticates with a token or OAuth. Tests replace
 * `wait`. Gitea does not report rate limits, forced pushes, renamed repositories or the inline comments of a review.
 */
export function createGiteaForge({
  log,
  fetch,
  wait = delay,
}: {
  readonly log: Logger;
  readonly fetch: OutboundFetch;
  wait?(ms: number): Promise<unknown>;
}): ForgeAdapter {
  return {
    name: "gitea",
    connect(connection) {
      const client = createGiteaClient(connection, { log, fetch, wait });
      return {
        name: "gitea",
        signer: null,
        reviewing: null,
        ...giteaAccess(client),
        ...giteaRepositories(client),
        ...giteaPullRequests(client),
        ...giteaConversations(client),
        ...giteaChecks(client),
      };
    },
    identifyWebhook: identifyGiteaWebhook,
    verifyWebhook: verifyGiteaWebhook,
    readWebhook: readGiteaWebhook,
  };
}
