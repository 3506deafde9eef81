import type { ForgeCredential } from "../../../core/forges/index.ts";
import type { GithubCredential } from "./credential.ts";

type PastedToken = ForgeCredential & { readonly type: "token" };

/** A personal access token, classic or fine-grained, as it was pasted. */
export function tokenCredential({ token, username }: PastedToken): GithubCredential {
  return {
    kind: "token",
    gitUsername: username ?? "x-access-token",
    token: async () => token,
    renew: () => false,
    app: null,
  };
}
