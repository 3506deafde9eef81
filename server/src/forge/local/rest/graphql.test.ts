import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { addReaction } from "../../github/conversation/react.ts";
import { convertToDraft, markReady } from "../../github/pull-request/draft-documents.ts";
import { makeStarted } from "../testing/local-forge-fixture.ts";
import { octokitOf, repo } from "../testing/octokit-client.ts";

/** Creates acme/app with a pull request, and GraphQL clients with and without write access. */
async function makeAsked(t: TestContext) {
  const it = await makeStarted(t);
  const octokit = octokitOf(it, it.writer.token);
  await it.commit("tembo/fix");
  const pull = { ...repo, title: "Fix it", head: "tembo/fix", base: "main" };
  const { data: made } = await octokit.request("POST /repos/{owner}/{repo}/pulls", pull);
  const askAs = (token: string) => async (query: unknown, variables?: unknown) => {
    const response = await fetch(`${it.url}/api/github/v3/graphql`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, body: (await response.json()) as GraphqlBody };
  };
  return {
    ...it,
    octokit,
    pullRequestId: made.node_id,
    ask: askAs(it.writer.token),
    askAsStranger: askAs(it.reader.token),
    isDraft: async () =>
      (await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", { ...repo, pull_number: 1 }))
        .data.draft,
  };
}

interface GraphqlBody {
  readonly data?: unknown;
  readonly errors?: readonly { readonly type: string; readonly message: string; readonly path?: unknown }[];
}

test("octokit converts a pull request to a draft and marks it ready over GraphQL", async (t) => {
  const { octokit, pullRequestId, isDraft } = await makeAsked(t);
  assert.deepEqual(await octokit.graphql(convertToDraft, { pullRequestId }), {
    convertPullRequestToDraft: { pullRequest: { isDraft: true } },
  });
  assert.equal(await isDraft(), true);
  const written = `# Ready.
    mutation { done: markPullRequestReadyForReview(input: { pullRequestId: "${pullRequestId}", clientMutationId: "7" }) {
      clientMutationId, pullRequest { __typename it: number, state } } }`;
  assert.deepEqual(await octokit.graphql(written), {
    done: { clientMutationId: "7", pullRequest: { __typename: "PullRequest", it: 1, state: "OPEN" } },
  });
  assert.equal(await isDraft(), false);
});

test("a reaction added over GraphQL is visible over REST", async (t) => {
  const { octokit, pullRequestId } = await makeAsked(t);
  const at = { ...repo, pull_number: 1 };
  const comments = [{ path: "fix.txt", line: 1, body: "Why?" }];
  const { data: review } = await octokit.request("POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
    ...at,
    event: "COMMENT",
    comments,
  });
  const { data: inline } = await octokit.request(
    "GET /repos/{owner}/{repo}/pulls/{pull_number}/comments",
    at,
  );
  const { data: comment } = await octokit.request(
    "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
    {
      ...repo,
      issue_number: 1,
      body: "Hello",
    },
  );
  const react = (subjectId: string, content: string) => octokit.graphql(addReaction, { subjectId, content });
  assert.deepEqual(await react(pullRequestId, "EYES"), { addReaction: { reaction: { content: "EYES" } } });
  await react(review.node_id, "ROCKET");
  await react(inline[0]!.node_id, "THUMBS_UP");
  await react(comment.node_id, "CONFUSED");
  const found = async (path: string) =>
    (await octokit.request(`GET /repos/acme/app/${path}/reactions`)).data.map(
      ({ content }: { content: string }) => content,
    );
  assert.deepEqual(await found("issues/1"), ["eyes", "rocket"]);
  assert.deepEqual(await found(`pulls/comments/${inline[0]!.id}`), ["+1"]);
  assert.deepEqual(await found(`issues/comments/${comment.id}`), ["confused"]);
});

test("reports both unknown and inaccessible IDs as not found", async (t) => {
  const { ask, askAsStranger, pullRequestId, isDraft, octokit } = await makeAsked(t);
  const strange = await askAsStranger(convertToDraft, { pullRequestId });
  assert.deepEqual(strange.body.data, { convertPullRequestToDraft: null });
  assert.equal(strange.body.errors?.[0]?.type, "NOT_FOUND");
  for (const id of [
    "PR_999999_1",
    pullRequestId.replace(/1$/, "99"),
    pullRequestId.replace("PR", "I"),
    "PR_1",
    "",
  ]) {
    const { status, body } = await ask(convertToDraft, { pullRequestId: id });
    assert.deepEqual([status, body.errors?.[0]?.type], [200, "NOT_FOUND"], id);
  }
  assert.equal(await isDraft(), false);
  await octokit.request("PATCH /repos/{owner}/{repo}", { ...repo, archived: true });
  const archived = await ask(convertToDraft, { pullRequestId });
  assert.match(archived.body.errors?.[0]?.message ?? "", /read-only/);
  assert.equal(await isDraft(), false);
});

test("rejects an unsupported GraphQL document before executing anything", async (t) => {
  const { ask, pullRequestId, isDraft } = await makeAsked(t);
  const call = `convertPullRequestToDraft(input: {pullRequestId: "${pullRequestId}"})`;
  const wrong: readonly (readonly [string, RegExp])[] = [
    ["{ viewer { login } }", /Only mutations/],
    ["query { viewer { login } }", /Only mutations/],
    [
      "mutation { createIssue(input: {}) { issue { id } } }",
      /'createIssue' doesn't exist.*markPullRequestReady/,
    ],
    [`mutation { ${call} }`, /must have selections/],
    [`mutation { ${call} { pullRequest { isDraught } } }`, /'isDraught' doesn't exist on type 'PullRequest'/],
    [`mutation { ${call} { pullRequest { constructor } } }`, /'constructor' doesn't exist/],
    [`mutation { ${call} { pullRequest { isDraft { x } } } }`, /scalars/],
    [`mutation { ${call} { pullRequest { isDraft(a: true) } } }`, /arguments/],
    [`mutation { ${call} { ...All } }`, /Fragments/],
    [`mutation { ${call} { pullRequest @skip(if: true) { id } } }`, /Directives/],
    [`mutation { a: ${call} { clientMutationId } b: ${call} { clientMutationId } }`, /one mutation/],
    [`mutation { ${call} { clientMutationId } } query { a }`, /one operation/],
    [`mutation { ${call} { clientMutationId }`, /Unexpected end/],
    [`mutation { ${call} {} }`, /at least one field/],
    ["mutation { convertPullRequestToDraft(input: $it) { clientMutationId } }", /Variable \$it/],
    ['mutation { convertPullRequestToDraft(input: "', /not terminated/],
    [`mutation ${"{ a ".repeat(5000)}`, /longer than/],
    [`mutation ${"{ a ".repeat(100)}`, /deep/],
    [`mutation { a(b: ${"{ a: ".repeat(100)}`, /deep/],
    ["", /Unexpected end|Only mutations/],
  ];
  for (const [query, words] of wrong) {
    const { status, body } = await ask(query);
    assert.equal(status, 200, query);
    assert.match(body.errors?.[0]?.message ?? "", words, query);
    assert.equal(body.data, undefined, query);
  }
  const input = await ask(convertToDraft, { pullRequestId: 5 });
  assert.match(input.body.errors?.[0]?.message ?? "", /pullRequestId/);
  assert.equal((await ask(5)).status, 400);
  assert.equal(await isDraft(), false);
  assert.deepEqual((await ask(markReady, { pullRequestId })).body.errors, undefined, "control");
});
