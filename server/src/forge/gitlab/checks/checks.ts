import { z } from "zod";
import type { ForgeCheck, ForgeChecks, RepositoryRef } from "../../../core/forges/index.ts";
import { readTail } from "../../../runtime/read-bounded.ts";
import { type GitlabClient, nameOf, projectOf } from "../client/gitlab-client.ts";
import { asking, orNull } from "../client/gitlab-refusal.ts";
import { apiPath, fromNetwork } from "../client/gitlab-request.ts";

const maxPages = 5;
/** Maximum number of bytes of a log to read. */
const maxLogBytes = 200 * 1024 * 1024;
const maxMergeRequests = 3;

const statusSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  status: z.string(),
  target_url: z.string().nullish(),
  description: z.string().nullish(),
  allow_failure: z.boolean().nullish(),
});

type Status = z.infer<typeof statusSchema>;

const mergeRequestOfCommitSchema = z.object({
  iid: z.number().int(),
  sha: z.string().nullish(),
  state: z.string(),
});
const headPipelineSchema = z.object({ head_pipeline: z.object({ sha: z.string().nullish() }).nullish() });

export function createChecks(client: GitlabClient): ForgeChecks {
  return {
    checkResults: (repository, sha) =>
      asking(`list the checks of ${sha} in ${nameOf(repository)}`, checkResults(client, repository, sha)),
    jobLog: async (repository, check, maxBytes) => {
      if (check.kind !== "job") return null;
      return asking(
        `read the log of "${check.name}" in ${nameOf(repository)}`,
        jobLog(client, repository, check.id, maxBytes),
      );
    },
  };
}

/**
 * Returns the latest result for each check name, including the results of merged results pipelines. GitLab lists jobs as commit statuses,
 * together with the statuses from external programs.
 */
async function checkResults(
  client: GitlabClient,
  repository: RepositoryRef,
  sha: string,
): Promise<readonly ForgeCheck[]> {
  const latest = new Map<string, Status>();
  for (const one of [sha, ...(await mergedShas(client, repository, sha))]) {
    for (const status of await statusesOf(client, repository, one)) {
      const known = latest.get(status.name);
      if (known === undefined || known.id < status.id) latest.set(status.name, status);
    }
  }
  return [...latest.values()].map(toCheck);
}

async function statusesOf(client: GitlabClient, repository: RepositoryRef, sha: string): Promise<Status[]> {
  const path = apiPath`projects/${projectOf(repository)}/repository/commits/${sha}/statuses`;
  const listed = client.list(statusSchema, { path, query: { per_page: 100 } }, maxPages);
  return (await orNull(listed)) ?? [];
}

/**
 * Returns the commits on which merged results pipelines ran. GitLab creates these commits from head and base, so the head itself does not
 * have the statuses of these pipelines.
 */
async function mergedShas(client: GitlabClient, repository: RepositoryRef, sha: string): Promise<string[]> {
  const project = projectOf(repository);
  const listed = client.read(z.array(mergeRequestOfCommitSchema), {
    path: apiPath`projects/${project}/repository/commits/${sha}/merge_requests`,
    query: { per_page: 20, page: 1 },
  });
  const found = (await orNull(listed)) ?? [];
  const open = found.filter((one) => one.state === "opened" && one.sha === sha).slice(0, maxMergeRequests);
  const shown = await Promise.all(
    open.map(({ iid }) =>
      orNull(client.read(headPipelineSchema, { path: apiPath`projects/${project}/merge_requests/${iid}` })),
    ),
  );
  return shown.flatMap((one) => {
    const pipelineSha = one?.head_pipeline?.sha ?? sha;
    return pipelineSha === sha ? [] : [pipelineSha];
  });
}

function toCheck(status: Status): ForgeCheck {
  const isAllowed = status.status === "failed" && status.allow_failure === true;
  return {
    id: String(status.id),
    // In GitLab, only jobs have their own pages. Other statuses link to their source.
    kind: /\/-\/jobs\/\d+$/.test(status.target_url ?? "") ? "job" : "status",
    name: status.name,
    state: isAllowed ? "skipped" : toState(status.status),
    url: status.target_url ?? null,
    summary: isAllowed ? "failed, which is allowed" : (status.description ?? null),
  };
}

/** Converts a status. A manual job may never start, so it does not count as pending. */
export function toState(status: string): ForgeCheck["state"] {
  switch (status) {
    case "success":
      return "passed";
    case "failed":
      return "failed";
    case "canceled":
      return "cancelled";
    case "skipped":
    case "manual":
      return "skipped";
    default:
      return "pending";
  }
}

async function jobLog(
  client: GitlabClient,
  repository: RepositoryRef,
  jobId: string,
  maxBytes: number,
): Promise<string | null> {
  const path = apiPath`projects/${projectOf(repository)}/jobs/${jobId}/trace`;
  const body = await orNull(client.stream(path));
  if (body === null) return null;
  const tail = await fromNetwork(client.webUrl, readTail(body, { maxBytes, maxReadBytes: maxLogBytes }));
  return tail === "" ? null : tail;
}
