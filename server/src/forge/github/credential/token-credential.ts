import type { ForgeCredential } from "../../../core/forges/index.ts";
import type { GithubCredential } from "./credential.ts";

type PastedToken = ForgeCredential & { readonly type: "token" };

/** Creates the credential for a personal access token, classic or fine-grained. */
export function tokenCredential({ token, username }: PastedToken): GithubCredential {
  return {
    kind: "token",
    gitUsername: username ?? "x-access-token",
    token: async () => token,
    renew: () => false,
    app: null,
  };
}
