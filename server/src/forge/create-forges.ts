import type { ForgeAdapter } from "../core/ports/forge/forge.ts";
import type { ForgeSetup } from "../core/ports/forge/forge-setup.ts";
import type { Ports } from "../core/ports/index.ts";
import type { Logger } from "../core/ports/logger.ts";
import { createBitbucketForge } from "./bitbucket/bitbucket-forge.ts";
import * as bitbucketOauth from "./bitbucket/oauth.ts";
import { createGiteaForge } from "./gitea/gitea-forge.ts";
import * as giteaOauth from "./gitea/oauth.ts";
import { createGithubForge } from "./github/github-forge.ts";
import { createGithubSetup } from "./github/github-setup.ts";
import { createGitlabForge } from "./gitlab/gitlab-forge.ts";
import * as gitlabOauth from "./gitlab/oauth.ts";

/** Every kind of forge. */
export function createForges(local: ForgeAdapter, log: Logger): Ports["forges"] {
  return {
    local,
    github: createGithubForge({ log }),
    gitlab: createGitlabForge({ log }),
    bitbucket: createBitbucketForge({ log }),
    gitea: createGiteaForge({ log }),
  };
}

/** How each kind gives a credential by a page of its own. */
export function createForgeSetups(log: Logger): Ports["forgeSetups"] {
  return {
    github: createGithubSetup({ log }),
    gitlab: withScopes(gitlabOauth, ["api"]),
    bitbucket: withScopes(bitbucketOauth, []),
    gitea: withScopes(giteaOauth, ["write:repository", "write:issue", "read:user"]),
  };
}

/** The core leaves the scopes to who knows them. */
function withScopes(
  { authorizeUrl, exchangeCode }: Pick<ForgeSetup, "authorizeUrl" | "exchangeCode">,
  scopes: readonly string[],
): ForgeSetup {
  return { authorizeUrl: (input) => authorizeUrl({ ...input, scopes }), exchangeCode };
}
