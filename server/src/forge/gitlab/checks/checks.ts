import type { ForgeCheck, ForgeChecks, RepositoryRef } from "../../../core/forges/index.ts";
import { readTail } from "../../../runtime/read-bounded.ts";
import { type GitlabClient, nameOf, projectOf } from "../client/gitlab-client.ts";
import { asking, orNull } from "../client/gitlab-refusal.ts";
import { fromNetwork } from "../client/gitlab-request.ts";

const maxPages = 5;
/** A log longer than this is not read to its end. */
const mostLogBytes = 200 * 1024 * 1024;
const mostMergeRequests = 3;

interface Status {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly target_url?: string | null;
  readonly description?: string | null;
  readonly allow_failure?: boolean;
}

export function createChecks(client: GitlabClient): ForgeChecks {
  return {
    checkResults: (repository, sha) =>
      asking(`list the checks of ${sha} in ${nameOf(repository)}`, checkResults(client, repository, sha)),
    jobLog: async (repository, check, maxBytes) => {
      if (check.kind !== "job") return null;
      return asking(
        `give the log of "${check.name}" in ${nameOf(repository)}`,
        jobLog(client, repository, check.id, maxBytes),
      );
    },
  };
}

/** GitLab lists jobs among a commit's statuses, beside those that other programs set. */
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
  const paged = { perPage: 100, maxPages } as object;
  const asked = client.commits.allStatuses(projectOf(repository), sha, paged);
  return ((await orNull(asked)) ?? []) as unknown as Status[];
}

/** A pipeline for merged results runs on a commit that GitLab makes of head and base; the head has none of its statuses. */
async function mergedShas(client: GitlabClient, repository: RepositoryRef, sha: string): Promise<string[]> {
  const project = projectOf(repository);
  const found = ((await orNull(client.commits.allMergeRequests(project, sha, { perPage: 20, page: 1 }))) ??
    []) as unknown as { iid: number; sha: string; state: string }[];
  const open = found.filter((one) => one.state === "opened" && one.sha === sha).slice(0, mostMergeRequests);
  const shown = await Promise.all(open.map(({ iid }) => orNull(client.mergeRequests.show(project, iid))));
  return shown.flatMap((one) => {
    const pipelineSha = (one as { head_pipeline?: { sha?: string } | null } | null)?.head_pipeline?.sha;
    return pipelineSha === undefined || pipelineSha === sha ? [] : [pipelineSha];
  });
}

function toCheck(status: Status): ForgeCheck {
  const isAllowed = status.status === "failed" && status.allow_failure === true;
  return {
    id: String(status.id),
    // Only a job has a page of its own in GitLab; any other status links to where it came from.
    kind: /\/-\/jobs\/\d+$/.test(status.target_url ?? "") ? "job" : "status",
    name: status.name,
    state: isAllowed ? "skipped" : toState(status.status),
    url: status.target_url ?? null,
    summary: isAllowed ? "failed, which is allowed" : (status.description ?? null),
  };
}

/** A manual job waits for a person who may never come: that is no pending. */
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
  const asked = client.jobs.requester.get(
    `projects/${encodeURIComponent(projectOf(repository))}/jobs/${encodeURIComponent(jobId)}/trace`,
    { asStream: true },
  );
  const body = (await orNull(asked))?.body as ReadableStream<Uint8Array> | null | undefined;
  if (!body) return null;
  const tail = await fromNetwork(client.webUrl, readTail(body, { maxBytes, maxReadBytes: mostLogBytes }));
  return tail === "" ? null : tail;
}
