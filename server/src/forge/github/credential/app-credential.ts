import { createHash } from "node:crypto";
import { z } from "zod";
import { AppError } from "../../../core/base/index.ts";
import type { ForgeCredential } from "../../../core/forges/index.ts";
import { createOctokit, type OctokitOptions } from "../api/octokit.ts";
import { refusal, statusOf } from "../api/refusal.ts";
import { readAnswer, time } from "../read/read.ts";
import { appPage } from "./app-page.ts";
import type { GithubCredential } from "./credential.ts";
import type { ExpiringToken, TokenCache } from "./token-cache.ts";

type AppKey = ForgeCredential & { readonly type: "githubApp" };

const mintReader = z.object({ token: z.string().min(1), expires_at: time });

export interface AppCredentialOptions extends OctokitOptions {
  readonly webUrl: string;
  readonly tokens: TokenCache;
}

/**
 * Creates a GitHub App's credential. It uses installation tokens, which are valid for an hour, and creates them with a JWT signed with the
 * App's key. Does not use Octokit's auth-app, which identifies installations only by number, because two servers can use the same number.
 */
export function appCredential(key: AppKey, options: AppCredentialOptions): GithubCredential {
  const { apiUrl, webUrl, clock, tokens } = options;
  const { appId, slug, installationId } = key;
  const { request } = createOctokit(options);
  const cacheKey = createHash("sha256")
    .update(JSON.stringify([apiUrl, appId, installationId, key.privateKey]))
    .digest("hex");
  const installUrl = `${appPage(webUrl, slug)}/installations/new`;

  async function jwt(): Promise<string> {
    try {
      const { createAppAuth } = await import("@octokit/auth-app");
      return (await createAppAuth({ appId, privateKey: key.privateKey })({ type: "app" })).token;
    } catch (cause) {
      const words = `The private key of the GitHub App "${slug}" cannot be used. Create a new key in the App's settings, and save the key in the integration.`;
      throw new AppError("forge_unauthorized", words, { cause });
    }
  }

  async function mint(): Promise<ExpiringToken> {
    if (installationId === null) {
      const words = `The GitHub App "${slug}" is not installed yet. Install it at ${installUrl}.`;
      throw new AppError("forge_unauthorized", words);
    }
    try {
      const { data } = await request("POST /app/installations/{installation_id}/access_tokens", {
        installation_id: Number(installationId),
        headers: { authorization: `Bearer ${await jwt()}` },
      });
      const { token, expires_at: expiresAt } = readAnswer(mintReader, data);
      return { token, expiresAt };
    } catch (error) {
      // Wraps the error once more, so that a missing installation does not count as a missing repository.
      const refused = refusal(`create a token for the installation of the App "${slug}"`, error, clock.now());
      if (statusOf(refused) !== 404) throw new AppError(refused.code, refused.message, { cause: refused });
      const words = `The GitHub App "${slug}" is no longer installed. Install it again at ${installUrl}.`;
      throw new AppError("forge_unauthorized", words, { cause: refused });
    }
  }

  return {
    kind: "githubApp",
    gitUsername: "x-access-token",
    token: (validForMs = 60_000) => tokens.get(cacheKey, validForMs, mint),
    renew: () => {
      tokens.forget(cacheKey);
      return true;
    },
    app: { slug, installationId: installationId ?? "", jwt },
  };
}
