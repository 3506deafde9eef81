import type { Logger } from "../core/base/index.ts";
import type { ExchangeInput, ForgeAdapter, ForgeSetup } from "../core/forges/index.ts";
import type { Ports } from "../core/ports.ts";
import type { OutboundFetch } from "../outbound/fetch/outbound-fetch.ts";
import { createBitbucketForge } from "./bitbucket/bitbucket-forge.ts";
import * as bitbucketOauth from "./bitbucket/oauth.ts";
import { createGiteaForge } from "./gitea/gitea-forge.ts";
import * as giteaOauth from "./gitea/oauth.ts";
import { createGithubForge } from "./github/github-forge.ts";
import { createGithubSetup } from "./github/github-setup.ts";
import { createGitlabForge } from "./gitlab/gitlab-forge.ts";
import * as gitlabOauth from "./gitlab/oauth.ts";

export interface ForgeMeans {
  readonly log: Logger;
  /** Every request to a forge goes through it. */
  readonly fetch: OutboundFetch;
}

/** Every kind of forge. */
export function createForges(local: ForgeAdapter, means: ForgeMeans): Ports["forges"] {
  return {
    local,
    github: createGithubForge(means),
    gitlab: createGitlabForge(means),
    bitbucket: createBitbucketForge(means),
    gitea: createGiteaForge(means),
  };
}

/** How each kind gives a credential by a page of its own. */
export function createForgeSetups(means: ForgeMeans): Ports["forgeSetups"] {
  return {
    github: createGithubSetup(means),
    gitlab: withScopes(gitlabOauth, ["api"], means),
    bitbucket: withScopes(bitbucketOauth, [], means),
    gitea: withScopes(giteaOauth, ["write:repository", "write:issue", "read:user"], means),
  };
}

/** The core leaves the scopes to who knows them. */
function withScopes(
  oauth: Pick<ForgeSetup, "authorizeUrl"> & {
    exchangeCode(input: ExchangeInput, fetch: OutboundFetch): ReturnType<ForgeSetup["exchangeCode"]>;
  },
  scopes: readonly string[],
  { fetch }: ForgeMeans,
): ForgeSetup {
  return {
    authorizeUrl: (input) => oauth.authorizeUrl({ ...input, scopes }),
    exchangeCode: (input) => oauth.exchangeCode(input, fetch),
  };
}
