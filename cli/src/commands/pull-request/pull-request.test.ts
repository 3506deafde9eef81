import assert from "node:assert/strict";
import { test } from "node:test";
import { exitCodes } from "../../exit-codes.ts";
import { runTembo } from "../../program.ts";
import { answerWith, type FakeApi, startFakeApi } from "../../testing/fake-api.ts";
import { createRecordingTerminal } from "../../testing/recording-terminal.ts";
import { testWorld } from "../../testing/test-world.ts";

const id = "0199c0de-0000-7000-8000-000000000001";
const patch = `diff --git a/a.txt b/a.txt
--- a/a.txt
+++ b/a.txt
@@ -1 +1,2 @@
 one
+two
diff --git a/old.txt b/new.txt
similarity index 100%
rename from old.txt
rename to new.txt
`;
const pullRequest = {
  id,
  number: 12,
  title: "Fix it",
  state: "needs review",
  url: "http://forge.example/Acme/Web/pull/12",
  author: { login: "ada" },
  sourceBranch: "tembo/fix-it",
  baseBranch: "main",
  codeRepository: { id: "r1", owner: "Acme", name: "Web" },
  session: { id: "s1" },
  description: "Because.",
  diff: { additions: 1, deletions: 0, data: patch },
};
const comment = {
  id: "c1",
  author: { login: "bob" },
  createdAt: "2026-01-01T00:00:00.000Z",
  place: { path: "a.txt", line: 2 },
  review: null,
  resolved: null,
  body: "Why?",
  url: "http://forge.example/c1",
};
const status = {
  checks: { state: "failed", failed: ["lint", "test"] },
  mergeability: "conflicting",
  conflictsIn: ["a.txt"],
};

const apiWith = (changed: object = {}, list?: NonNullable<Parameters<typeof startFakeApi>[0]>[string]) =>
  startFakeApi({
    "GET /v1/repositories": {
      items: [
        { id: "r0", owner: "Acme", name: "Website", url: "http://forge.example/git/Acme/Website.git" },
        { id: "r1", owner: "Acme", name: "Web", url: "http://forge.example/git/Acme/Web.git" },
      ],
      nextCursor: null,
    },
    "GET /v1/pull-requests": list ?? {
      items: [{ ...pullRequest, id: "other", number: 1, url: "http://x/1" }, pullRequest],
      nextCursor: null,
    },
    [`GET /v1/pull-requests/${id}`]: { ...pullRequest, ...changed },
    [`GET /v1/pull-requests/${id}/status`]: status,
    [`GET /v1/pull-requests/${id}/comments`]: { items: [comment], nextCursor: null },
    [`POST /v1/pull-requests/${id}/comments`]: comment,
    [`POST /v1/pull-requests/${id}/merge`]: pullRequest,
    [`POST /v1/pull-requests/${id}/close`]: pullRequest,
  });

async function run(api: FakeApi, ...args: string[]) {
  const terminal = createRecordingTerminal();
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  const code = await runTembo(["pr", ...args], { ...testWorld(env), terminal });
  return { code, terminal };
}

test("lists pull requests with the filters of the API", async () => {
  await using api = await apiWith();
  const { code, terminal } = await run(
    api,
    ...["list", "--state", "needs review", "--search", "fix", "--tembo", "--repo", "acme/web"],
    ...["--author", "ada", "--author", "bob", "--reviewer", "eve", "--since", "2026-01-31", "--limit", "5"],
  );
  assert.equal(code, 0);
  assert.equal(terminal.lines[1], `${id}\tAcme/Web#12\tneeds review\tFix it\t${pullRequest.url}`);
  const query = new URL(api.asked.at(-1)!.line.split(" ")[1]!, api.url).searchParams;
  assert.deepEqual(query.getAll("authorIds"), ["ada", "bob"]);
  assert.deepEqual(Object.fromEntries(query), {
    state: "needs review",
    search: "fix",
    hasTemboSession: "true",
    repositoryIds: "r1",
    authorIds: "bob",
    reviewerIds: "eve",
    createdAfter: "2026-01-31T00:00:00.000Z",
    limit: "5",
  });
});

test("shows a pull request by ID, URL or name, also under the former name of the command", async () => {
  await using api = await apiWith();
  for (const named of [id, "acme/web#12", pullRequest.url, `${pullRequest.url}/`]) {
    const { code, terminal } = await run(api, "view", named);
    assert.equal(code, 0, named);
    assert.match(terminal.text(), /^state: +needs review$/m);
    assert.match(terminal.text(), /^checks: +failed: lint, test$/m);
    assert.match(terminal.text(), /^merge: +conflicting: a\.txt$/m);
    assert.doesNotMatch(terminal.text(), /Why\?/);
  }
  assert.match((await run(api, "show", id, "--comments")).terminal.text(), /^bob on a\.txt:2 .* c1\nWhy\?$/m);
  const former = createRecordingTerminal();
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  assert.equal(
    await runTembo(["pull-request", "show", id, "--json"], { ...testWorld(env), terminal: former }),
    0,
  );
  assert.deepEqual((former.documents[0] as { checks: unknown }).checks, status);
});

test("requests the pages of pull requests only until it finds the wanted one", async () => {
  const items = [{ ...pullRequest, number: 13 }, pullRequest, { ...pullRequest, number: 11 }];
  await using api = await apiWith({}, ({ line }, response) => {
    const page = Number(/cursor=(\d)/.exec(line)?.[1] ?? 0);
    answerWith(response, 200, { items: [items[page]], nextCursor: page < 2 ? String(page + 1) : null });
  });
  const pages = async (named: string) => {
    const asked = api.asked.length;
    await run(api, "close", named);
    return api.asked.slice(asked).filter(({ line }) => line.startsWith("GET /v1/pull-requests?")).length;
  };
  assert.equal(await pages("acme/web#12"), 2);
  assert.equal(await pages("acme/web#9"), 3);
});

test("exits with 3 for an unknown pull request, and with 2 for text that names none", async () => {
  await using api = await apiWith();
  for (const named of [
    "acme/web#13",
    "acme/other#12",
    "http://forge.example/acme/web/pull/13",
    "http://x.example/1",
  ])
    assert.equal((await run(api, "show", named)).code, exitCodes.notFound.code, named);
  for (const named of ["12", "#12", "acme#12", "acme/web"])
    assert.equal((await run(api, "show", named)).code, exitCodes.usage.code, named);
});

test("prints the patch unchanged in a pipe, or the paths of the changed files", async () => {
  await using api = await apiWith();
  assert.equal((await run(api, "diff", id)).terminal.text(), patch);
  assert.deepEqual((await run(api, "diff", id, "--name-only")).terminal.lines, ["a.txt", "new.txt"]);
});

test("reports a patch that is empty or incomplete although the pull request has changes", async () => {
  const empty = { additions: 0, deletions: 0, data: "" };
  for (const [changed, code, what] of [
    [{ externalProvider: "local", diff: empty }, exitCodes.ok.code, /has no changes/],
    [{ externalProvider: "local", diff: { ...empty, additions: 1 } }, exitCodes.failed.code, /has no patch/],
    [{ externalProvider: "github", diff: empty }, exitCodes.failed.code, /has no patch/],
    [
      { diff: { ...pullRequest.diff, deletions: 4 } },
      exitCodes.failed.code,
      /changes 5 lines, and the patch 1/,
    ],
  ] as const) {
    await using api = await apiWith(changed);
    const { code: exitCode, terminal } = await run(api, "diff", id);
    assert.equal(exitCode, code);
    assert.match(terminal.notes.join(), what);
    assert.equal(terminal.text(), changed.diff.data);
  }
  await using api = await apiWith({ diff: { ...pullRequest.diff, deletions: 4 } });
  const { terminal } = await run(api, "diff", id, "--json");
  assert.equal((terminal.documents[0] as { isComplete: boolean }).isComplete, false);
});

test("merges with one method, and only the given head commit", async () => {
  await using api = await apiWith();
  const { terminal } = await run(api, "merge", id);
  assert.deepEqual(terminal.lines, ["Merged pull request Acme/Web#12."]);
  assert.deepEqual(api.asked.at(-1)!.body, { method: "merge" });
  await run(api, "merge", id, "--rebase", "--match-head-commit", "abc");
  assert.deepEqual(api.asked.at(-1)!.body, { method: "rebase", headSha: "abc" });
  const asked = api.asked.length;
  assert.equal((await run(api, "merge", id, "--squash", "--rebase")).code, exitCodes.usage.code);
  assert.equal(api.asked.length, asked);
  assert.deepEqual((await run(api, "close", id)).terminal.lines, ["Closed pull request Acme/Web#12."]);
});

test("comments on a pull request, a file, a line or a comment", async () => {
  await using api = await apiWith();
  const bodyOf = async (...options: string[]) => {
    assert.equal((await run(api, "comment", id, "--body", "Hm.", ...options)).code, 0, options.join(" "));
    return api.asked.at(-1)!.body;
  };
  assert.deepEqual(await bodyOf(), { body: "Hm." });
  assert.deepEqual(await bodyOf("--path", "a.txt"), { body: "Hm.", place: { path: "a.txt", line: null } });
  assert.deepEqual(await bodyOf("--path", "a.txt", "--line", "2"), {
    body: "Hm.",
    place: { path: "a.txt", line: 2 },
  });
  assert.deepEqual(await bodyOf("--reply-to", "c1"), { body: "Hm.", replyTo: "c1" });
  const asked = api.asked.length;
  for (const options of [
    ["--line", "2"],
    ["--path", "a", "--reply-to", "c1"],
  ])
    assert.equal((await run(api, "comment", id, "--body", "Hm.", ...options)).code, exitCodes.usage.code);
  assert.equal((await run(api, "comment", id)).code, exitCodes.usage.code);
  assert.equal(api.asked.length, asked);
});
