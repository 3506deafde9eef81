import type { Logger } from "../../core/base/index.ts";
import type { ForgeAdapter } from "../../core/forges/index.ts";
import type { OutboundFetch } from "../../outbound/fetch/outbound-fetch.ts";
import { delay } from "../../runtime/delay.ts";
import { bitbucketAccess } from "./access.ts";
import { createBitbucketClient } from "./bitbucket-client.ts";
import { bitbucketChecks } from "./checks.ts";
import { bitbucketConversations } from "./conversations.ts";
import { bitbucketPullRequests } from "./pull-requests/pull-requests.ts";
import { bitbucketRepositories } from "./repositories.ts";
import { identifyBitbucketWebhook, verifyBitbucketWebhook } from "./webhook/identity.ts";
import { readBitbucketWebhook } from "./webhook/read-webhook.ts";

/**
 * Creates the adapter for Bitbucket Cloud's REST API ("https://api.bitbucket.org/2.0"). Authenticates with an API token and its email address,
 * an app password and its username, an access token alone or OAuth. Tests replace `wait`. Bitbucket has no reactions, labels, issues or
 * releases, and no reviews with inline comments. It cannot reopen a declined pull request.
 */
export function createBitbucketForge({
  log,
  fetch,
  wait = delay,
}: {
  readonly log: Logger;
  readonly fetch: OutboundFetch;
  wait?(ms: number): Promise<unknown>;
}): ForgeAdapter {
  return {
    name: "bitbucket",
    connect(connection) {
      const client = createBitbucketClient(connection, { log, fetch, wait });
      return {
        name: "bitbucket",
        signer: null,
        reviewing: null,
        ...bitbucketAccess(client),
        ...bitbucketRepositories(client),
        ...bitbucketPullRequests(client),
        ...bitbucketConversations(client),
        ...bitbucketChecks(client),
      };
    },
    identifyWebhook: identifyBitbucketWebhook,
    verifyWebhook: verifyBitbucketWebhook,
    readWebhook: readBitbucketWebhook,
  };
}
