import { z } from "zod";
import type { ForgeCheck, ForgeChecks, RepositoryRef } from "../../core/forges/index.ts";
import { type BitbucketClient, nameOf, repositoryPath } from "./bitbucket-client.ts";
import { readStatus } from "./reading.ts";
import { commitStatus } from "./shapes.ts";

const step = z.object({
  uuid: z.string(),
  state: z.object({ result: z.object({ name: z.string() }).nullish() }).nullish(),
});

export function bitbucketChecks(client: BitbucketClient): ForgeChecks {
  return {
    async checkResults(repository, sha) {
      return (await latestStatuses(client, repository, sha)).map((status): ForgeCheck => readStatus(status));
    },

    async jobLog(repository, { id, name }, maxBytes) {
      const [, build] = /^pipeline:(\d+)$/.exec(id) ?? [];
      if (build === undefined) return null;
      const path = `${repositoryPath(repository)}/pipelines/${build}/steps`;
      const what = `read the log of "${name}" in ${nameOf(repository)}`;
      const page = z.object({ values: z.array(step) });
      const found = await client.find(page, { path, query: { pagelen: 100 }, what });
      const steps = found?.values ?? [];
      // Prefers a failed step over the last step, because steps after a failure do not run.
      const failed =
        steps.find(({ state }) => /FAILED|ERROR/.test(state?.result?.name ?? "")) ?? steps.at(-1);
      if (failed === undefined) return null;
      return client.tail({ path: `${path}/${encodeURIComponent(failed.uuid)}/log`, what }, maxBytes);
    },
  };
}

/** Returns the newest status for each name. Reads at most the first 500 statuses of Bitbucket's list. */
export async function latestStatuses(
  client: BitbucketClient,
  repository: RepositoryRef,
  sha: string,
  signal?: AbortSignal,
): Promise<z.output<typeof commitStatus>[]> {
  const latest = new Map<string, z.output<typeof commitStatus>>();
  let seen = 0;
  const request = {
    path: `${repositoryPath(repository)}/commit/${encodeURIComponent(sha)}/statuses`,
    query: { pagelen: 100 },
    what: `list the checks of ${sha.slice(0, 12)} in ${nameOf(repository)}`,
    ...(signal === undefined ? {} : { signal }),
  };
  for await (const status of client.items(commitStatus, request)) {
    const name = status.name || status.key;
    const known = latest.get(name);
    if (known === undefined || +(status.updated_on ?? 0) >= +(known.updated_on ?? 0))
      latest.set(name, status);
    seen += 1;
    if (seen === 500) break;
  }
  return [...latest.values()];
}
