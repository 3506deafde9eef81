import type { LocalCheck, LocalRepository } from "../../../core/forges/index.ts";
import type { LocalContext } from "../context.ts";
import { accountUser } from "../people.ts";
import { repositoryApi, repositoryWeb } from "./repository.ts";
import { userShape } from "./user.ts";

/** Returns a check in the format of GitHub's "status". */
export function statusShape(context: LocalContext, repository: LocalRepository, check: LocalCheck) {
  const creator = userShape(context, check.author);
  return {
    url: `${repositoryApi(context, repository)}/statuses/${check.sha}`,
    avatar_url: creator.avatar_url,
    id: check.id,
    node_id: `SC_${check.id}`,
    state: check.state,
    description: check.summary,
    target_url: check.url,
    context: check.name,
    created_at: check.createdAt.toISOString(),
    updated_at: check.updatedAt.toISOString(),
    creator,
  };
}

export const conclusions = [
  "success",
  "failure",
  "neutral",
  "cancelled",
  "skipped",
  "timed_out",
  "action_required",
] as const;
export type Conclusion = (typeof conclusions)[number];
export const isConclusion = (text: unknown): text is Conclusion =>
  (conclusions as readonly unknown[]).includes(text);

/** Returns a check in the format of GitHub's "check run". All check runs of a commit belong to one suite. */
export function checkRunShape(context: LocalContext, repository: LocalRepository, check: LocalCheck) {
  const api = repositoryApi(context, repository);
  const own = `${api}/check-runs/${check.id}`;
  const isDone = check.completedAt !== null;
  return {
    id: check.id,
    node_id: `CR_${check.id}`,
    head_sha: check.sha,
    external_id: "",
    url: own,
    html_url: `${repositoryWeb(context, repository)}/runs/${check.id}`,
    details_url: check.url,
    status: isDone
      ? ("completed" as const)
      : check.state === "queued"
        ? ("queued" as const)
        : ("in_progress" as const),
    conclusion: isDone && isConclusion(check.state) ? check.state : null,
    started_at: (check.startedAt ?? check.createdAt).toISOString(),
    completed_at: check.completedAt?.toISOString() ?? null,
    output: {
      title: check.summary,
      summary: check.summary,
      text: null,
      annotations_count: 0,
      annotations_url: `${own}/annotations`,
    },
    name: check.name,
    check_suite: { id: suiteNumber(check.sha) },
    app: appShape(context),
    pull_requests: [],
  };
}

/** Returns the number of the suite that contains all checks for a commit. */
export const suiteNumber = (sha: string) => Number.parseInt(sha.slice(0, 8), 16) + 1;

/** Returns the only App to which checks belong. Its slug makes clients treat check runs as jobs with logs. */
export function appShape(context: LocalContext) {
  const account = accountUser(context);
  return {
    id: 1,
    slug: "github-actions",
    node_id: "A_1",
    client_id: "tembo",
    owner: userShape(context, account),
    name: account.name ?? account.login,
    description: null,
    external_url: context.publicUrl(),
    html_url: context.publicUrl(),
    created_at: new Date(0).toISOString(),
    updated_at: new Date(0).toISOString(),
    permissions: { checks: "write", contents: "write", issues: "write", metadata: "read" },
    events: [] as string[],
  };
}
