import { z } from "zod";
import type { ForgeCheck, ForgeChecks, RepositoryRef } from "../../core/forges/index.ts";
import { type GiteaClient, nameOf, repositoryPath } from "./gitea-client.ts";
import { readStatus } from "./reading.ts";
import { commitStatus, workflowJob, workflowRun } from "./shapes.ts";

const maxPages = 10;
const combined = z.object({ statuses: z.array(commitStatus).nullish() });
const runs = z.object({ workflow_runs: z.array(workflowRun).nullish() });
const jobs = z.object({ jobs: z.array(workflowJob).nullish() });

export function giteaChecks(client: GiteaClient): ForgeChecks {
  return {
    async checkResults(repository, sha) {
      const statuses = await latestStatuses(client, repository, sha);
      const checks = statuses.map((status) => readStatus(status, client.webUrl));
      if (!checks.some(({ url }) => isOfActions(url))) return checks;
      const ids = await jobIds(client, repository, sha);
      return checks.map((check): ForgeCheck => {
        const id = ids.get(pathOf(check.url) ?? "");
        return id === undefined ? check : { ...check, id: `job:${id}`, kind: "job" };
      });
    },

    async jobLog(repository, { id, name }, maxBytes) {
      const [, job] = /^job:(\d+)$/.exec(id) ?? [];
      if (job === undefined) return null;
      return client.tail(
        {
          path: `${repositoryPath(repository)}/actions/jobs/${job}/logs`,
          what: `read the log of "${name}" in ${nameOf(repository)}`,
        },
        maxBytes,
      );
    },
  };
}

/** Returns the newest status for each context, from at most 500 statuses. */
export async function latestStatuses(client: GiteaClient, repository: RepositoryRef, sha: string) {
  const all = new Map<string, z.output<typeof commitStatus>>();
  for (let page = 1; page <= maxPages; page++) {
    const answer = await client.find(combined, {
      path: `${repositoryPath(repository)}/commits/${encodeURIComponent(sha)}/status`,
      query: { page, limit: 50 },
      what: `list the checks of ${sha.slice(0, 12)} in ${nameOf(repository)}`,
    });
    const statuses = answer?.statuses ?? [];
    const before = all.size;
    for (const status of statuses) {
      const known = all.get(status.context);
      if (known === undefined || status.id > known.id) all.set(status.context, status);
    }
    // Some versions return the first page for every page number.
    if (all.size === before) break;
  }
  return [...all.values()];
}

/**
 * Returns the IDs of a commit's Actions jobs, by the path of each job's page. Actions reports its jobs as commit statuses. Returns no IDs
 * before Gitea 1.25, which introduced the endpoints for runs, jobs and logs.
 */
async function jobIds(
  client: GiteaClient,
  repository: RepositoryRef,
  sha: string,
): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  const path = `${repositoryPath(repository)}/actions/runs`;
  const what = `list the jobs of ${sha.slice(0, 12)} in ${nameOf(repository)}`;
  const found = await client.find(runs, { path, query: { head_sha: sha, limit: 20 }, what });
  for (const run of found?.workflow_runs ?? []) {
    if (run.head_sha !== sha) continue;
    const request = { path: `${path}/${run.id}/jobs`, query: { limit: 50 }, what };
    for (const job of (await client.find(jobs, request))?.jobs ?? []) {
      const page = pathOf(job.html_url ?? null);
      if (page !== null) ids.set(page, job.id);
    }
  }
  return ids;
}

const isOfActions = (url: string | null) => /\/actions\/runs\/\d+\/jobs\/\d+$/.test(pathOf(url) ?? "");
const pathOf = (url: string | null) => (url === null ? null : (URL.parse(url)?.pathname ?? null));
