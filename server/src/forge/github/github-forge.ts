import { type Clock, type Logger, systemClock } from "../../core/base/index.ts";
import type { Forge, ForgeAdapter, ForgeConnection } from "../../core/forges/index.ts";
import type { OutboundFetch } from "../../outbound/fetch/outbound-fetch.ts";
import { githubAccount } from "./access/account.ts";
import { githubRateLimit } from "./access/rate-limit.ts";
import { testAccess } from "./access/test-access.ts";
import { createClient } from "./api/client.ts";
import { checkResults } from "./check/check-results.ts";
import { jobLog } from "./check/job-log.ts";
import { githubConversations } from "./conversation/conversations.ts";
import { appCredential } from "./credential/app-credential.ts";
import type { GithubCredential } from "./credential/credential.ts";
import { oauthCredential } from "./credential/oauth-credential.ts";
import { createTokenCache, type TokenCache } from "./credential/token-cache.ts";
import { tokenCredential } from "./credential/token-credential.ts";
import { eventsSince } from "./event/events-since.ts";
import { githubPullRequests } from "./pull-request/pull-requests.ts";
import { githubBranches } from "./repository/branches.ts";
import { githubHooks } from "./repository/hooks.ts";
import { githubRemote } from "./repository/remote.ts";
import { githubRepositories } from "./repository/repositories.ts";
import { signCommits } from "./sign-commits.ts";
import { identifyWebhook } from "./webhook/identify-webhook.ts";
import { readWebhook } from "./webhook/read-webhook.ts";
import { verifyWebhook } from "./webhook/verify-webhook.ts";

export interface GithubForgeOptions {
  readonly log: Logger;
  readonly clock?: Clock;
  /** Sends every request, including those for logs and tokens. */
  readonly fetch: OutboundFetch;
}

/** Creates the adapter for github.com and GitHub Enterprise Server. All connections of the adapter share a cache of tokens. */
export function createGithubForge({ log, clock = systemClock, fetch }: GithubForgeOptions): ForgeAdapter {
  const tokens = createTokenCache(clock);

  function connect(connection: ForgeConnection): Forge {
    const { apiUrl, webUrl } = connection;
    const credential = credentialOf(connection, { log, clock, tokens, fetch });
    const client = createClient({ apiUrl, credential, log, clock, fetch });
    return {
      name: "github",
      account: () => githubAccount(client),
      test: () => testAccess(client, webUrl),
      rateLimit: () => githubRateLimit(client),
      remote: githubRemote(client, webUrl),
      ...githubRepositories(client),
      ...githubBranches(client),
      ...githubHooks(client),
      eventsSince: (ref, since, signal) => eventsSince(client, ref, since, signal),
      ...githubPullRequests(client),
      ...githubConversations(client),
      checkResults: (ref, sha) => checkResults(client, ref, sha),
      jobLog: (ref, check, maxBytes) => jobLog(client, ref, { check, maxBytes, fetch }),
      signer:
        connection.credential.type === "githubApp"
          ? { signCommits: (ref, input) => signCommits(client, ref, input) }
          : null,
      reviewing: null,
    };
  }

  return { name: "github", connect, identifyWebhook, verifyWebhook, readWebhook };
}

interface Means {
  readonly log: Logger;
  readonly clock: Clock;
  readonly tokens: TokenCache;
  readonly fetch: OutboundFetch;
}

function credentialOf(connection: ForgeConnection, means: Means): GithubCredential {
  const { credential, apiUrl, webUrl } = connection;
  switch (credential.type) {
    case "token":
      return tokenCredential(credential);
    case "oauth":
      return oauthCredential(credential, connection, means);
    case "githubApp":
      return appCredential(credential, { apiUrl, webUrl, ...means });
  }
}
