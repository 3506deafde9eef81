import { AppError } from "../../../core/base/index.ts";
import type { ForgeAccess, ForgeUser, RateLimitBucket, RepositoryRef } from "../../../core/forges/index.ts";
import { cloneRemote } from "../../clone-remote.ts";
import { type GitlabClient, nameOf } from "../client/gitlab-client.ts";
import { asking } from "../client/gitlab-refusal.ts";
import { testAccess } from "./test-access.ts";
import { apiUserSchema, toUser } from "./user.ts";

/** Creates the operations that report the credential's account, permissions and rate limit, and that create git remotes. */
export function createAccess(client: GitlabClient): ForgeAccess {
  return {
    account: () => account(client),
    test: async () => {
      try {
        return await asking("test the token's permissions", testAccess(client));
      } catch (error) {
        if (error instanceof AppError) return { isHealthy: false, message: error.message };
        throw error;
      }
    },
    rateLimit: async () => {
      const { headers } = await asking("read the rate limit", client.send({ path: "user" }));
      const core = bucketOf(headers);
      return core === null ? null : { core, graphql: null, search: null };
    },
    remote: (repository: RepositoryRef) =>
      cloneRemote(`${client.webUrl}/${nameOf(repository)}.git`, client.webUrl, async () => ({
        username: "oauth2",
        password: await client.token(),
      })),
  };
}

async function account(client: GitlabClient): Promise<ForgeUser> {
  const user = client.read(apiUserSchema, { path: "user" });
  return toUser(await asking("identify the token's owner", user));
}

/** Parses the `RateLimit-*` headers. Returns null if the headers are missing, as on an instance without limits. */
function bucketOf(headers: Headers): RateLimitBucket | null {
  const [limit, remaining, resetSeconds] = ["limit", "remaining", "reset"].map((name) =>
    Number(headers.get(`ratelimit-${name}`) ?? Number.NaN),
  ) as [number, number, number];
  if (![limit, remaining, resetSeconds].every(Number.isFinite)) return null;
  const observed = Number(headers.get("ratelimit-observed") ?? limit - remaining);
  return { limit, remaining, used: observed, resetAt: new Date(resetSeconds * 1000) };
}
