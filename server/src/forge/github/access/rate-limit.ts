import { z } from "zod";
import type { ForgeRateLimit, RateLimitBucket } from "../../../core/forges/index.ts";
import type { GithubClient } from "../api/client.ts";
import { absentAsNull } from "../api/refusal.ts";
import { readAnswer, time } from "../read/read.ts";

const bucket = z
  .object({ limit: z.number(), remaining: z.number(), used: z.number(), reset: time })
  .transform(({ reset, ...rest }): RateLimitBucket => ({ ...rest, resetAt: reset }));

const reader = z.object({
  resources: z.object({ core: bucket, graphql: bucket.nullish(), search: bucket.nullish() }),
});

/**
 * Returns the current rate limit, or null for an Enterprise Server without limits, which returns 404. The request does not count toward the
 * limit.
 */
export async function githubRateLimit(client: GithubClient): Promise<ForgeRateLimit | null> {
  const answer = await absentAsNull(
    client.ask("read the rate limit", (request) => request("GET /rate_limit")),
  );
  if (answer === null) return null;
  const { core, graphql, search } = readAnswer(reader, answer.data).resources;
  return { core, graphql: graphql ?? null, search: search ?? null };
}
