import assert from "node:assert/strict";
import { test } from "node:test";
import { matchesFilters, type TriggerFilters } from "./matches-filters.ts";
import type { TriggerPayload } from "./payload-of.ts";

const user = (login: string) => ({ id: login, login, name: null });
const base: TriggerPayload = {
  repository: {
    externalId: "1",
    owner: "Acme/team",
    name: "shop",
    url: "https://gitlab.com/Acme/team/shop",
  },
  actor: user("merger"),
  at: "2026-01-02T03:04:05.678Z",
};
const pullRequest = {
  number: 1,
  url: "u",
  title: "t",
  body: "",
  isDraft: false,
  head: "fix",
  base: "release/1.2",
  headSha: "a",
  author: user("Ada"),
  labels: ["Bug", "ui"],
  isTembo: false,
};
const change: TriggerPayload = { ...base, pullRequest };
const draft: TriggerPayload = { ...base, pullRequest: { ...pullRequest, isDraft: true } };
const temboPayload: TriggerPayload = { ...base, pullRequest: { ...pullRequest, isTembo: true } };
const { head: _, base: __, headSha: ___, isDraft: ____, ...issueParts } = pullRequest;
const issue: TriggerPayload = { ...base, issue: issueParts };
const ourIssue: TriggerPayload = { ...base, issue: { ...issueParts, isTembo: true } };
const comment: TriggerPayload = {
  ...base,
  comment: { on: "issues", number: 1, url: "u", body: "Please REVIEW this", author: user("review-bot") },
};
const check: TriggerPayload = { ...base, check: { name: "Build", branch: "main", sha: "a", url: null } };
const branch: TriggerPayload = { ...base, ref: { type: "branch", name: "release/2" } };
const tag: TriggerPayload = { ...base, ref: { type: "tag", name: "v1.0.3" } };

/** Payloads that each filter accepts and rejects. */
const cases: Record<keyof TriggerFilters, [TriggerPayload, TriggerFilters, boolean][]> = {
  repositories: [
    [change, { repositories: ["other/one", "acme/Team/shop"] }, true],
    [change, { repositories: ["https://gitlab.com/acme/team/shop.git"] }, true],
    [change, { repositories: ["https://gitlab.com/acme/team/shop/"] }, true],
    [change, { repositories: ["team/shop", "acme/team"] }, false],
  ],
  openedBy: [
    [change, { openedBy: ["@ada"] }, true],
    [issue, { openedBy: ["ada"] }, true],
    [change, { openedBy: ["merger"] }, false],
    [{ ...base, pullRequest: { ...pullRequest, author: null } }, { openedBy: ["ada"] }, false],
  ],
  closedBy: [
    [issue, { closedBy: ["merger"] }, true],
    [issue, { closedBy: ["ada"] }, false],
  ],
  mergedBy: [
    [change, { mergedBy: ["Merger"] }, true],
    [change, { mergedBy: ["ada"] }, false],
    [{ ...change, actor: null }, { mergedBy: ["merger"] }, false],
  ],
  pushedBy: [
    [change, { pushedBy: ["merger"] }, true],
    [change, { pushedBy: ["ada"] }, false],
  ],
  commentedBy: [
    [comment, { commentedBy: ["review-bot"] }, true],
    [comment, { commentedBy: ["merger"] }, false],
  ],
  botUsernames: [
    [comment, { botUsernames: ["other", "Review-Bot"] }, true],
    [comment, { botUsernames: ["other"] }, false],
  ],
  branches: [
    [change, { branches: ["main", "release/*"] }, true],
    [change, { branches: ["main"] }, false],
    [change, { branches: ["Release/1.2"] }, false],
    [check, { branches: ["main"] }, true],
    [check, { branches: ["dev"] }, false],
    [{ ...base, check: { ...check.check!, branch: null } }, { branches: ["*"] }, false],
  ],
  branchNames: [
    [branch, { branchNames: ["release/*"] }, true],
    [branch, { branchNames: ["main"] }, false],
    [tag, { branchNames: ["main"] }, true],
  ],
  tagNames: [
    [tag, { tagNames: ["v1.*.3"] }, true],
    [tag, { tagNames: ["v2*"] }, false],
    [branch, { tagNames: ["v2*"] }, true],
  ],
  refType: [
    [tag, { refType: ["tag"] }, true],
    [tag, { refType: ["branch"] }, false],
  ],
  labels: [
    [change, { labels: ["docs", "bug"] }, true],
    [issue, { labels: ["UI"] }, true],
    [change, { labels: ["docs"] }, false],
  ],
  messageContains: [
    [comment, { messageContains: ["deploy", "review"] }, true],
    [comment, { messageContains: ["deploy"] }, false],
  ],
  commentOn: [
    [comment, { commentOn: ["issues"] }, true],
    [comment, { commentOn: ["pull_requests"] }, false],
  ],
  workflowNames: [
    [check, { workflowNames: ["build"] }, true],
    [check, { workflowNames: ["bui"] }, false],
  ],
  draftPrs: [
    [draft, { draftPrs: true }, true],
    [draft, { draftPrs: false }, false],
    [change, { draftPrs: false }, true],
  ],
  draftMrs: [
    [draft, { draftMrs: true }, true],
    [draft, { draftMrs: false }, false],
  ],
  temboPrs: [
    [temboPayload, { temboPrs: true }, true],
    [temboPayload, { temboPrs: false }, false],
    [change, { temboPrs: false }, true],
  ],
  temboMrs: [
    [temboPayload, { temboMrs: true }, true],
    [temboPayload, { temboMrs: false }, false],
  ],
  temboIssues: [
    [ourIssue, { temboIssues: true }, true],
    [ourIssue, { temboIssues: false }, false],
    [issue, { temboIssues: false }, true],
  ],
};

for (const [name, ofName] of Object.entries(cases)) {
  test(`${name} matches only the values that it names`, () => {
    for (const [payload, filters, passes] of ofName) {
      assert.equal(matchesFilters(payload, filters), passes, JSON.stringify(filters));
    }
    assert.ok(ofName.some(([, , passes]) => passes) && ofName.some(([, , passes]) => !passes));
  });
}

test("matches every payload when no filters are set or all filters are empty", () => {
  for (const payload of [change, draft, temboPayload, issue, ourIssue, comment, check, branch, tag]) {
    assert.equal(matchesFilters(payload, {}), true);
    const empty = { repositories: [], openedBy: [], labels: [], branches: [], refType: [], commentOn: [] };
    assert.equal(matchesFilters(payload, empty), true);
  }
});

test("requires all configured filters to match", () => {
  assert.equal(matchesFilters(change, { openedBy: ["ada"], labels: ["bug"], branches: ["release/*"] }), true);
  assert.equal(matchesFilters(change, { openedBy: ["ada"], labels: ["bug"], branches: ["main"] }), false);
});

test("treats a star as a wildcard, and evaluates a pattern with many stars in reasonable time", () => {
  const named = (name: string, wanted: string) =>
    matchesFilters({ ...base, ref: { type: "branch", name } }, { branchNames: [wanted] });
  for (const [name, wanted, passes] of [
    ["a", "*", true],
    ["", "*", true],
    ["abc", "a*c", true],
    ["ac", "a*c", true],
    ["aba", "ab*ba", false],
    ["a/b/c", "a*c", true],
    ["abcabc", "a*b*c", true],
    ["acb", "a*b*c", false],
    ["a.c", "abc", false],
  ] as const) {
    assert.equal(named(name, wanted), passes, `${name} ${wanted}`);
  }
  assert.equal(named("a".repeat(100_000), `${"*a".repeat(1_000)}*b`), false);
});
