import { test } from "node:test";
import type { Octokit } from "@octokit/core";
import type { checkRunShape, statusShape } from "./check.ts";
import type { commentShape, inlineShape, reactionShape, reviewShape } from "./comment.ts";
import type { commitShape, fileShape, gitCommitShape, refShape } from "./commit.ts";
import type { hookShape } from "./hook.ts";
import type { issueShape, labelShape } from "./issue.ts";
import type { PullShape, simplePullShape } from "./pull-request.ts";
import type { fullRepositoryShape, repositoryShape } from "./repository.ts";
import type { userShape } from "./user.ts";

type Data<Call extends (...input: never[]) => Promise<{ readonly data: unknown }>> = Awaited<
  ReturnType<Call>
>["data"];

/** Types of Octokit's responses, which are generated from GitHub's OpenAPI description. The function is never called. */
const answers = (o: Octokit) => ({
  repository: () => o.request("GET /repos/{owner}/{repo}"),
  repositories: () => o.request("GET /user/repos"),
  pull: () => o.request("GET /repos/{owner}/{repo}/pulls/{pull_number}"),
  pulls: () => o.request("GET /repos/{owner}/{repo}/pulls"),
  issue: () => o.request("GET /repos/{owner}/{repo}/issues/{issue_number}"),
  labels: () => o.request("GET /repos/{owner}/{repo}/issues/{issue_number}/labels"),
  comment: () => o.request("GET /repos/{owner}/{repo}/issues/comments/{comment_id}"),
  inline: () => o.request("GET /repos/{owner}/{repo}/pulls/comments/{comment_id}"),
  review: () => o.request("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}"),
  reactions: () => o.request("GET /repos/{owner}/{repo}/issues/{issue_number}/reactions"),
  statuses: () => o.request("GET /repos/{owner}/{repo}/commits/{ref}/statuses"),
  checkRun: () => o.request("GET /repos/{owner}/{repo}/check-runs/{check_run_id}"),
  hook: () => o.request("GET /repos/{owner}/{repo}/hooks/{hook_id}"),
  commit: () => o.request("GET /repos/{owner}/{repo}/commits/{ref}"),
  gitCommit: () => o.request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}"),
  ref: () => o.request("GET /repos/{owner}/{repo}/git/ref/{ref}"),
  files: () => o.request("GET /repos/{owner}/{repo}/pulls/{pull_number}/files"),
  reviewers: () => o.request("GET /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers"),
});
type Answers = ReturnType<typeof answers>;
type Answer<Name extends keyof Answers> = Data<Answers[Name]>;

/** Compiles only if the first type has all fields of the second type. */
type Holds<Ours extends Theirs, Theirs> = Ours;

type Checked = [
  Holds<ReturnType<typeof fullRepositoryShape>, Answer<"repository">>,
  Holds<ReturnType<typeof repositoryShape>, Answer<"repositories">[number]>,
  Holds<PullShape, Answer<"pull">>,
  Holds<ReturnType<typeof simplePullShape>, Answer<"pulls">[number]>,
  Holds<ReturnType<typeof issueShape>, Answer<"issue">>,
  Holds<ReturnType<typeof labelShape>, Answer<"labels">[number]>,
  Holds<ReturnType<typeof commentShape>, Answer<"comment">>,
  Holds<ReturnType<typeof inlineShape>, Answer<"inline">>,
  Holds<ReturnType<typeof reviewShape>, Answer<"review">>,
  Holds<ReturnType<typeof reactionShape>, Answer<"reactions">[number]>,
  Holds<ReturnType<typeof statusShape>, Answer<"statuses">[number]>,
  Holds<ReturnType<typeof checkRunShape>, Answer<"checkRun">>,
  Holds<ReturnType<typeof hookShape>, Answer<"hook">>,
  Holds<ReturnType<typeof commitShape>, Answer<"commit">>,
  Holds<ReturnType<typeof gitCommitShape>, Answer<"gitCommit">>,
  Holds<ReturnType<typeof refShape>, Answer<"ref">>,
  Holds<ReturnType<typeof fileShape>, Answer<"files">[number]>,
  Holds<ReturnType<typeof userShape>, Answer<"reviewers">["users"][number]>,
];

test("the response types contain every field of GitHub's types", () => {
  // @ts-expect-error control: a shape that lacks a field does not compile.
  type Lacking = Holds<Omit<PullShape, "merged">, Answer<"pull">>;
  void ((_shapes: Checked, _control: Lacking) => undefined);
});
