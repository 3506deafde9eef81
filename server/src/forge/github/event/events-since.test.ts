import assert from "node:assert/strict";
import { test } from "node:test";
import { startFakeGithub } from "../testing/fake-github.ts";
import { type Shown, shownAnswer } from "../testing/shown-answer.ts";

const repository = { id: "r", externalId: "1296269", owner: "octocat", name: "Hello-World" };
const since = new Date("2026-01-02T00:00:00Z");
const before = "2026-01-01T00:00:00Z";
const at = (minute: number) => new Date(since.getTime() + minute * 60_000).toISOString().replace(".000", "");
const first = (route: string) => (shownAnswer(route) as Shown[])[0]!;
const pull = first("GET /repos/{owner}/{repo}/pulls");
const issue = first("GET /repos/{owner}/{repo}/issues");
const comment = first("GET /repos/{owner}/{repo}/issues/comments");
const inline = first("GET /repos/{owner}/{repo}/pulls/comments");
const review = first("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews");
const runs = shownAnswer("GET /repos/{owner}/{repo}/actions/runs") as { workflow_runs: Shown[] };

test("returns the events since a time, oldest first", async (t) => {
  const github = await startFakeGithub(t, {
    "GET /repos/{owner}/{repo}/pulls": () => ({
      body: [
        {
          ...pull,
          number: 3,
          state: "closed",
          created_at: at(1),
          updated_at: at(9),
          closed_at: at(9),
          merged_at: at(9),
        },
        { ...pull, number: 2, created_at: before, updated_at: at(8), closed_at: null, merged_at: null },
        { ...pull, number: 1, created_at: before, updated_at: before, closed_at: null, merged_at: null },
      ],
    }),
    "GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews": ({ url }) => ({
      body: url.pathname.includes("/pulls/2/")
        ? [
            { ...review, submitted_at: before },
            { ...review, submitted_at: at(4) },
          ]
        : [],
    }),
    "GET /repos/{owner}/{repo}/issues": () => ({
      body: [
        {
          ...issue,
          number: 4,
          pull_request: undefined,
          created_at: at(2),
          updated_at: at(2),
          closed_at: null,
        },
        { ...issue, number: 3, created_at: at(1), updated_at: at(9) },
      ],
    }),
    "GET /repos/{owner}/{repo}/issues/comments": () => ({
      body: [
        { ...comment, body: "edited", created_at: before, updated_at: at(5) },
        {
          ...comment,
          html_url: "https://github.com/octocat/Hello-World/pull/2#issuecomment-1",
          created_at: at(5),
          updated_at: at(5),
        },
        { ...comment, created_at: at(3), updated_at: at(3) },
      ],
    }),
    "GET /repos/{owner}/{repo}/pulls/comments": () => ({
      body: [{ ...inline, created_at: at(6), updated_at: at(6) }],
    }),
    "GET /repos/{owner}/{repo}/actions/runs": () => ({
      body: {
        total_count: 1,
        workflow_runs: [
          { ...runs.workflow_runs[0], status: "completed", conclusion: "failure", updated_at: at(7) },
          { ...runs.workflow_runs[0], status: "completed", conclusion: "failure", updated_at: before },
        ],
      },
    }),
  });
  const events = await github.connect().eventsSince(repository, since, AbortSignal.timeout(60_000));
  const summaries = events.map((event) => {
    const about =
      "pullRequest" in event
        ? event.pullRequest.number
        : "issue" in event
          ? event.issue.number
          : "thread" in event
            ? `${event.thread.kind} ${event.comment.kind}`
            : "conclusion" in event
              ? event.conclusion
              : null;
    return [(event.at.getTime() - since.getTime()) / 60_000, event.type, about];
  });
  assert.deepEqual(summaries, [
    [1, "pullRequest.opened", 3],
    [2, "issue.opened", 4],
    [3, "comment.created", "issue comment"],
    [4, "review.submitted", null],
    [5, "comment.created", "pullRequest comment"],
    [6, "comment.created", "pullRequest inline"],
    [7, "check.completed", "failed"],
    [8, "pullRequest.updated", 2],
    [9, "pullRequest.merged", 3],
  ]);
  assert.deepEqual(github.violations, []);
});

test("reads at most five pages of a list and stops at older items", async (t) => {
  const page = (updatedAt: string) => Array.from({ length: 100 }, () => ({ ...pull, updated_at: updatedAt }));
  const github = await startFakeGithub(t, {
    "GET /repos/{owner}/{repo}/pulls": ({ nth }) => ({ body: page(nth <= 5 || nth === 6 ? at(1) : before) }),
    "GET /repos/{owner}/{repo}/issues": () => ({ body: [] }),
    "GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews": () => ({ body: [] }),
  });
  const forge = github.connect();
  const pages = () => github.asked().filter((asked) => /\/pulls\?/.test(asked)).length;
  await forge.eventsSince(repository, since, AbortSignal.timeout(60_000));
  assert.equal(pages(), 5);
  await forge.eventsSince(repository, since, AbortSignal.timeout(60_000));
  assert.equal(pages(), 7);
});

test("polls a repository whose issues and workflows are disabled", async (t) => {
  const gone = () => ({ status: 410, body: { message: "Issues are disabled for this repo" } });
  const github = await startFakeGithub(t, {
    "GET /repos/{owner}/{repo}/issues": gone,
    "GET /repos/{owner}/{repo}/issues/comments": gone,
    "GET /repos/{owner}/{repo}/actions/runs": () => ({ status: 404, body: { message: "Not Found" } }),
  });
  await github.connect().eventsSince(repository, since, AbortSignal.timeout(60_000));
});

test("sends no request for an aborted poll", async (t) => {
  const github = await startFakeGithub(t);
  const off = github.connect().eventsSince(repository, since, AbortSignal.abort());
  await assert.rejects(off, { code: "forge_failed" });
  assert.deepEqual(github.requests, []);
});
