import type { ForgeUser, LocalComment, LocalRepository } from "../../../core/forges/index.ts";
import type { LocalContext, Place } from "../context.ts";
import { readCommits } from "../git/commits.ts";
import { isAncestor } from "../git/plumbing.ts";
import { existingPath } from "../git/repositories.ts";
import { getThread } from "../operations/conversations.ts";
import type { SeenPullRequest } from "../operations/heads.ts";
import { readRefs, repositoryGit } from "../repository-git.ts";
import { checkRunShape, statusShape } from "../shapes/check.ts";
import { commentShape, inlineShape, reviewShape } from "../shapes/comment.ts";
import { commitShape, pushedCommitShape } from "../shapes/commit.ts";
import { hookShape } from "../shapes/hook.ts";
import { issueShape, labelShape } from "../shapes/issue.ts";
import { pullShape, simplePullShape } from "../shapes/pull-request.ts";
import { repositoryShape, repositoryWeb } from "../shapes/repository.ts";
import { userShape } from "../shapes/user.ts";
import type { PushedRef, RepositoryChange } from "./repository-change.ts";

/** GitHub's event name and the body of a webhook. */
export interface WebhookBody {
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
}

type PublishContext = Omit<LocalContext, "publish">;
interface ChangeContext {
  readonly context: LocalContext;
  readonly place: Place;
}

/** Value of the `zen` field, in which GitHub sends an aphorism. */
const zen = "An elephant forgets no webhook.";

/** Formats an event as GitHub webhook bodies. A push that creates or deletes a ref yields two. */
export async function bodiesOf(
  context: PublishContext,
  repository: LocalRepository,
  user: ForgeUser,
  change: RepositoryChange,
): Promise<readonly WebhookBody[]> {
  const gitDir = await existingPath(context.dataDir, repository);
  const place: Place = {
    repository,
    gitDir,
    actor: { user, organizationId: repository.organizationId, key: null, isAdmin: false },
  };
  const changeContext: ChangeContext = { context: { ...context, publish: async () => undefined }, place };
  const bodies = await bodiesIn(changeContext, change);
  const common = { repository: repositoryShape(context, repository), sender: userShape(context, user) };
  return bodies.map(({ name, body }) => ({ name, body: { ...body, ...merged(common, body) } }));
}

/** Merges the common fields with the body's fields. The body's repository may have more fields than the common repository. */
function merged(common: { repository: object; sender: object }, body: WebhookBody["body"]) {
  return { ...common, repository: { ...common.repository, ...(body.repository as object | undefined) } };
}

async function bodiesIn(
  changeContext: ChangeContext,
  change: RepositoryChange,
): Promise<readonly WebhookBody[]> {
  const { context, place } = changeContext;
  const { repository } = place;
  switch (change.about) {
    case "pullRequest":
      return [{ name: "pull_request", body: await pullBody(changeContext, change) }];
    case "issue": {
      const { comment } = await context.records.comments.count(repository.id, change.issue.number);
      const issue = issueShape(context, repository, change.issue, comment);
      return [{ name: "issues", body: { action: change.action, ...emptyChanges(change.action), issue } }];
    }
    case "comment":
      return [await commentBody(changeContext, change.action, change.comment)];
    case "review": {
      const shape = reviewShape(context, repository, change.review);
      const review = { ...shape, state: shape.state.toLowerCase() };
      const pull = simplePullShape(context, place, change.pull);
      return [{ name: "pull_request_review", body: { action: "submitted", review, pull_request: pull } }];
    }
    case "check":
      return [await checkBody(changeContext, change)];
    case "hook": {
      const hook = hookShape(context, repository, change.hook);
      return [{ name: "ping", body: { zen, hook_id: hook.id, hook } }];
    }
    case "push":
      return pushBodies(changeContext, change.push);
    case "repository": {
      const changes =
        change.action === "renamed"
          ? { changes: { repository: { name: { from: change.formerName } } } }
          : emptyChanges(change.action);
      return [{ name: "repository", body: { action: change.action, ...changes } }];
    }
  }
}

/**
 * Returns an empty `changes` field for edits. GitHub sends the previous values in this field. For this kind of object, the built-in forge does
 * not pass them on.
 */
const emptyChanges = (action: string) => (action === "edited" ? { changes: {} } : {});

async function pullBody(
  { context, place }: ChangeContext,
  change: RepositoryChange & { readonly about: "pullRequest" },
) {
  const { pull, action } = change;
  const shape = await pullShape(context, place, pull as SeenPullRequest);
  return {
    action,
    number: pull.number,
    pull_request: shape,
    ...(action === "synchronize" && { before: change.before, after: shape.head.sha }),
    ...(action === "edited" && { changes: change.changes ?? {} }),
    ...(action === "labeled" && { label: labelShape(context, place.repository, change.label) }),
    ...((action === "review_requested" || action === "review_request_removed") && {
      requested_reviewer: userShape(context, change.reviewer),
    }),
  };
}

async function commentBody(
  { context, place }: ChangeContext,
  action: "created" | "edited",
  comment: LocalComment,
): Promise<WebhookBody> {
  const { repository } = place;
  const thread = await getThread(context, place, comment.number);
  if (comment.kind === "inline" && thread.kind === "pullRequest") {
    const pull = simplePullShape(context, place, thread.pull);
    const body = {
      action,
      ...emptyChanges(action),
      comment: inlineShape(context, repository, comment),
      pull_request: pull,
    };
    return { name: "pull_request_review_comment", body };
  }
  const { comment: count } = await context.records.comments.count(repository.id, comment.number);
  const about = thread.kind === "issue" ? thread.issue : thread.pull;
  return {
    name: "issue_comment",
    body: {
      action,
      ...emptyChanges(action),
      issue: issueShape(context, repository, about, count),
      comment: commentShape(context, repository, comment, thread.kind),
    },
  };
}

async function checkBody(
  { context, place }: ChangeContext,
  { action, check }: RepositoryChange & { readonly about: "check" },
): Promise<WebhookBody> {
  const { repository, gitDir } = place;
  const branches = await branchesAt(gitDir, check.sha);
  if (check.kind === "job") {
    const run = checkRunShape(context, repository, check);
    // GitHub links to its own page if the external program has no page.
    const details_url = run.details_url ?? run.html_url;
    const suite = { ...run.check_suite, head_branch: branches[0] ?? null, head_sha: check.sha };
    return { name: "check_run", body: { action, check_run: { ...run, check_suite: suite, details_url } } };
  }
  const { creator: _creator, url: _url, ...status } = statusShape(context, repository, check);
  const [commit] = await readCommits(gitDir, ["--no-walk", check.sha], { limit: 1 });
  return {
    name: "status",
    body: {
      ...status,
      sha: check.sha,
      name: `${repository.owner}/${repository.name}`,
      commit: commit && commitShape(context, repository, commit),
      branches: branches.map((name) => ({ name, commit: { sha: check.sha, url: "" }, protected: false })),
    },
  };
}

const zeros = "0".repeat(40);
/** Maximum number of commits in a push event, as on GitHub. */
const maxCommits = 2048;

async function pushBodies(
  { context, place }: ChangeContext,
  push: PushedRef,
): Promise<readonly WebhookBody[]> {
  const { repository, gitDir, actor } = place;
  const { ref, before, after } = push;
  const at = context.clock.now();
  const range =
    after === null
      ? []
      : before === null
        ? [after, `^refs/heads/${repository.defaultBranch}`]
        : [after, `^${before}`];
  const isNewRepository = before === null && ref === `refs/heads/${repository.defaultBranch}`;
  const isForced =
    before !== null &&
    after !== null &&
    ref.startsWith("refs/heads/") &&
    !(await isAncestor(gitDir, before, after));
  const base = `refs/heads/${repository.defaultBranch}`;
  const hasBase = (await readRefs(gitDir, [base])).has(base);
  const known = isNewRepository || !hasBase ? range.slice(0, 1) : range;
  const commits =
    after === null || ref.startsWith("refs/tags/")
      ? []
      : await readCommits(gitDir, before === null ? known : range, { limit: maxCommits });
  const shapes = commits.map((commit) => pushedCommitShape(context, repository, commit));
  const pushed: WebhookBody = {
    name: "push",
    body: {
      ref,
      before: before ?? zeros,
      after: after ?? zeros,
      created: before === null,
      deleted: after === null,
      forced: isForced,
      base_ref: null,
      compare: `${repositoryWeb(context, repository)}/compare/${before ?? ""}...${after ?? ""}`,
      commits: shapes,
      head_commit: shapes.at(-1) ?? null,
      pusher: { name: actor.user.login, email: actor.user.email },
      repository: { pushed_at: Math.floor(at.getTime() / 1000) },
    },
  };
  if (before !== null && after !== null) return [pushed];
  const [, kind, short] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
  if (kind === undefined || short === undefined) return [pushed];
  const made = { ref: short, ref_type: kind === "heads" ? "branch" : "tag", pusher_type: "user" };
  const whole = {
    ...made,
    repository: { pushed_at: at.toISOString() },
    ...(before === null && { master_branch: repository.defaultBranch, description: repository.description }),
  };
  return [pushed, { name: before === null ? "create" : "delete", body: whole }];
}

async function branchesAt(gitDir: string, sha: string): Promise<readonly string[]> {
  const asked = ["for-each-ref", `--points-at=${sha}`, "--count=10", "--format=%(refname)", "refs/heads"];
  const { text } = await repositoryGit(["--git-dir", gitDir, ...asked]);
  return text
    .split("\n")
    .filter((ref) => ref !== "")
    .map((ref) => ref.slice("refs/heads/".length));
}
