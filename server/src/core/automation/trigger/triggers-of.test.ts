import assert from "node:assert/strict";
import { test } from "node:test";
import { forgeKinds } from "../../../forge/create-forges.ts";
import { someTime } from "../../../testing/test-store.ts";
import { ada, issueOpened } from "../../../testing/webhook-fixture.ts";
import type { TriggerFacts } from "../../forges/index.ts";
import { type ForgeEvent, type ForgeName, findForgeKind } from "../../forges/index.ts";
import { triggersOf } from "./triggers-of.ts";

const byPeople: TriggerFacts = { isTemboPullRequest: false, isTemboIssue: false, isTemboComment: false };
const { repository } = issueOpened();
const about = { repository, actor: ada, at: someTime };

const pullRequest = {
  number: 3,
  externalId: "30",
  url: "https://github.com/acme/shop/pull/3",
  title: "Fix",
  body: "",
  status: "open",
  isDraft: false,
  head: "fix",
  base: "main",
  headSha: "a".repeat(40),
  isFromFork: false,
  author: ada,
  labels: [],
  reviewRequests: { users: null, keepsReviewed: false },
  mergeability: "unknown",
  mergedAt: null,
  createdAt: someTime,
  updatedAt: someTime,
} as const;

const ofPullRequest = (
  what: "opened" | "ready" | "updated" | "synchronized" | "closed" | "merged" | "reopened",
) => ({ ...about, type: `pullRequest.${what}`, pullRequest }) satisfies ForgeEvent;
const comment = (kind: "pullRequest" | "issue", isBot = false): ForgeEvent => ({
  ...about,
  type: "comment.created",
  thread: { kind, number: 3 },
  comment: {
    id: "9",
    kind: "comment",
    author: { ...ada, isBot },
    body: "Why?",
    url: "u",
    place: null,
    threadId: null,
    reviewId: null,
    createdAt: someTime,
    updatedAt: someTime,
  },
});
const check = (kind: "workflow" | "pipeline" | "check", conclusion: "passed" | "failed"): ForgeEvent => ({
  ...about,
  type: "check.completed",
  sha: "a".repeat(40),
  branch: "main",
  name: "build",
  kind,
  conclusion,
  url: null,
});
const release: ForgeEvent = { ...about, type: "release.published", tag: "v1", name: "One", url: "u" };
const created: ForgeEvent = { ...about, type: "ref.created", refType: "tag", ref: "v1" };
const issueClosed: ForgeEvent = { ...issueOpened(), type: "issue.closed" };

const kindOf = (forge: ForgeName) => findForgeKind({ forgeKinds }, forge)!;
const names = (event: ForgeEvent, forge: ForgeName, facts: Partial<TriggerFacts> = {}) =>
  triggersOf(event, kindOf(forge), { ...byPeople, ...facts }).map(({ name }) => name);

const cases: [ForgeEvent, Partial<Record<ForgeName, string[]>>][] = [
  [
    ofPullRequest("opened"),
    {
      github: ["github.pull_request.opened"],
      gitea: ["gitea.pull_request.opened"],
      gitlab: ["gitlab.merge_request.opened"],
      bitbucket: ["bitbucket.pull_request.opened"],
    },
  ],
  [
    ofPullRequest("ready"),
    {
      github: ["github.pull_request.ready_for_review"],
      gitea: ["gitea.pull_request.ready_for_review"],
      gitlab: ["gitlab.merge_request.updated"],
    },
  ],
  [
    ofPullRequest("synchronized"),
    {
      github: ["github.pull_request.synchronize"],
      gitea: ["gitea.pull_request.synchronize"],
      gitlab: ["gitlab.merge_request.updated"],
    },
  ],
  [ofPullRequest("updated"), { gitlab: ["gitlab.merge_request.updated"] }],
  [
    ofPullRequest("closed"),
    {
      github: ["github.pull_request.closed"],
      gitea: ["gitea.pull_request.closed"],
      gitlab: ["gitlab.merge_request.closed"],
    },
  ],
  [
    ofPullRequest("merged"),
    {
      github: ["github.pull_request.merged"],
      gitea: ["gitea.pull_request.merged"],
      gitlab: ["gitlab.merge_request.merged"],
    },
  ],
  [ofPullRequest("reopened"), {}],
  [
    issueOpened(),
    { github: ["github.issue.opened"], gitea: ["gitea.issue.opened"], gitlab: ["gitlab.issue.opened"] },
  ],
  [
    issueClosed,
    { github: ["github.issue.closed"], gitea: ["gitea.issue.closed"], gitlab: ["gitlab.issue.closed"] },
  ],
  [comment("issue"), { github: ["github.issue_comment.created"], gitea: ["gitea.issue_comment.created"] }],
  [
    comment("pullRequest", true),
    {
      github: ["github.issue_comment.created"],
      gitea: ["gitea.issue_comment.created"],
      gitlab: ["gitlab.bot_merge_request_comment.created"],
    },
  ],
  [check("workflow", "failed"), { github: ["github.workflow_run.failed"] }],
  [check("workflow", "passed"), {}],
  [check("check", "failed"), {}],
  [check("pipeline", "failed"), { gitlab: ["gitlab.pipeline.failed"] }],
  [check("pipeline", "passed"), {}],
  [release, { github: ["github.release.published"], gitea: ["gitea.release.published"] }],
  [created, { github: ["github.ref.created"], gitea: ["gitea.ref.created"], gitlab: ["gitlab.ref.created"] }],
  [{ ...about, type: "repository.renamed" }, {}],
  [{ type: "installation.changed", actor: null, at: someTime, isRemoved: false }, {}],
];

for (const [event, expected] of cases) {
  const what = "thread" in event ? `${event.type} on ${event.thread.kind}` : event.type;
  const how = event.type === "check.completed" ? `${what} of a ${event.kind}, ${event.conclusion}` : what;
  test(`${how} maps to the triggers of each forge`, () => {
    for (const forge of ["github", "gitea", "gitlab", "bitbucket"] as const) {
      assert.deepEqual(names(event, forge), expected[forge] ?? [], forge);
    }
  });
}

test("adds a separate trigger for a GitHub pull request that Tembo opened", () => {
  const facts = { isTemboPullRequest: true };
  assert.deepEqual(names(ofPullRequest("opened"), "github", facts), [
    "github.pull_request.opened",
    "github.tembo_pull_request.opened",
  ]);
  assert.deepEqual(names(ofPullRequest("opened"), "gitlab", facts), ["gitlab.merge_request.opened"]);
});

test("triggers nothing for a comment by Tembo", () => {
  const facts = { isTemboComment: true };
  assert.deepEqual(names(comment("issue"), "github", facts), []);
  assert.deepEqual(names(comment("pullRequest", true), "gitlab", facts), []);
});

test("builds payloads as plain JSON", () => {
  for (const [event] of cases) {
    for (const { payload } of triggersOf(event, kindOf("github"), byPeople)) {
      assert.deepEqual(JSON.parse(JSON.stringify(payload)), payload);
    }
  }
});
