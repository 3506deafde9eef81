import type { Logger } from "../../server/src/core/base/index.ts";
import type {
  Forge,
  ForgeAdapter,
  ForgeConnection,
  Integration,
} from "../../server/src/core/forges/index.ts";
import { createBitbucketForge } from "../../server/src/forge/bitbucket/bitbucket-forge.ts";
import type { ForgeMeans } from "../../server/src/forge/create-forges.ts";
import { createGiteaForge } from "../../server/src/forge/gitea/gitea-forge.ts";
import { createGithubForge } from "../../server/src/forge/github/github-forge.ts";
import { createGitlabForge } from "../../server/src/forge/gitlab/gitlab-forge.ts";
import { createOutbound } from "../../server/src/outbound/outbound.ts";

export type VerifiableForge = Integration["forge"];

const adapters: Readonly<Record<VerifiableForge, (means: ForgeMeans) => ForgeAdapter>> = {
  github: createGithubForge,
  gitlab: createGitlabForge,
  bitbucket: createBitbucketForge,
  gitea: createGiteaForge,
};

export const verifiableForges = Object.keys(adapters) as readonly VerifiableForge[];

/** The forge as the token sees it, by the product's own adapter. Its log goes to `complain`, without fields. */
export function connectForge(
  forge: VerifiableForge,
  {
    webUrl,
    apiUrl,
    token,
    username,
  }: Pick<ForgeConnection, "webUrl" | "apiUrl"> & {
    readonly token: string;
    readonly username: string | null;
  },
  complain: (line: string) => void,
): Forge {
  const log: Logger = {
    info() {},
    warn: (_fields, message) => complain(message),
    error: (_fields, message) => complain(message),
  };
  // Whoever runs this names the addresses.
  const { fetch } = createOutbound({ log, privateHosts: [] }).trusting(webUrl).trusting(apiUrl);
  return adapters[forge]({ log, fetch }).connect({
    webUrl,
    apiUrl,
    credential: { type: "token", token, username },
    onRenewed: async () => undefined,
  });
}
