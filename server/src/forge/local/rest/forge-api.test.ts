import assert from "node:assert/strict";
import { test } from "node:test";
import { makeForge, makeStarted } from "../testing/local-forge-fixture.ts";
import { octokitOf, refuses, repo } from "../testing/octokit-client.ts";

test("paginates lists, with a link to the next page", async (t) => {
  const it = await makeStarted(t);
  const octokit = octokitOf(it, it.writer.token);
  for (const title of ["one", "two", "three"])
    await octokit.request("POST /repos/{owner}/{repo}/issues", { ...repo, title });
  const titles: string[] = [];
  let next: string | undefined = "/repos/acme/app/issues?per_page=2";
  while (next !== undefined) {
    const page: { data: { title: string }[]; headers: { link?: string } } = await octokit.request(
      `GET ${next}`,
    );
    titles.push(...page.data.map(({ title }) => title));
    next = /<([^>]+)>; rel="next"/.exec(page.headers.link ?? "")?.[1];
  }
  assert.deepEqual(titles, ["three", "two", "one"]);
});

test("lists items of the repository that changed since a given time", async (t) => {
  const it = await makeStarted(t);
  const octokit = octokitOf(it, it.writer.token);
  await it.commit("tembo/fix");
  const numbers: number[] = [];
  for (const title of ["one", "two"])
    numbers.push(
      (await octokit.request("POST /repos/{owner}/{repo}/issues", { ...repo, title })).data.number,
    );
  await octokit.request("POST /repos/{owner}/{repo}/pulls", {
    ...repo,
    title: "three",
    head: "tembo/fix",
    base: "main",
  });
  const newComment = { ...repo, issue_number: numbers[0]!, body: "News" };
  const { data: answer } = await octokit.request(
    "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
    newComment,
  );
  const since = answer.created_at;
  const { data: review } = await octokit.request("POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
    ...repo,
    pull_number: 3,
    event: "COMMENT",
    body: "First words",
    comments: [{ path: "fix.txt", line: 1, body: "Why?" }],
  });
  const list = { ...repo, state: "all", sort: "updated" } as const;
  const { data: issues } = await octokit.request("GET /repos/{owner}/{repo}/issues", { ...list, since });
  assert.deepEqual(
    issues.map(({ title }) => title),
    ["three", "one"],
  );
  const { data: pulls } = await octokit.request("GET /repos/{owner}/{repo}/pulls", list);
  assert.deepEqual(
    pulls.map(({ number }) => number),
    [3],
  );
  const { data: comments } = await octokit.request("GET /repos/{owner}/{repo}/issues/comments", {
    ...repo,
    since,
  });
  assert.deepEqual(
    comments.map(({ body }) => body),
    ["News"],
  );
  const { data: inline } = await octokit.request("GET /repos/{owner}/{repo}/pulls/comments", repo);
  assert.deepEqual(
    inline.map(({ pull_request_review_id: id }) => id),
    [review.id],
  );
  const later = { ...repo, since: new Date(Date.now() + 60_000).toISOString() };
  assert.deepEqual((await octokit.request("GET /repos/{owner}/{repo}/issues/comments", later)).data, []);
  const changed = await octokit.request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}", {
    ...repo,
    pull_number: 3,
    review_id: Number(review.id),
    body: "Other words",
  });
  assert.equal(changed.data.body, "Other words");
});

test("a protected branch accepts pull requests but rejects pushes", async (t) => {
  const it = await makeStarted(t);
  const octokit = octokitOf(it, it.writer.token);
  await it.commit("main", "before.txt");
  const at = { ...repo, branch: "main" };
  const protection = {
    required_status_checks: null,
    enforce_admins: true,
    required_pull_request_reviews: null,
    restrictions: null,
  };
  await octokit.request("PUT /repos/{owner}/{repo}/branches/{branch}/protection", { ...at, ...protection });
  await assert.rejects(
    it.commit("main", "after.txt"),
    /main \(protected branch: push to another branch and open a pull request, or ask an admin/,
  );
  await it.commit("tembo/fix", "fix.txt");
  const { data: branch } = await octokit.request("GET /repos/{owner}/{repo}/branches/{branch}", at);
  assert.deepEqual([branch.name, branch.protected], ["main", true]);
  const move = { ...repo, ref: "heads/main", sha: branch.commit.sha, force: true };
  await refuses(octokit.request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", move), 409, /protected/);
  await octokit.request("POST /repos/{owner}/{repo}/pulls", {
    ...repo,
    title: "t",
    head: "tembo/fix",
    base: "main",
  });
  await octokit.request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", { ...repo, pull_number: 1 });
  await octokit.request("DELETE /repos/{owner}/{repo}/branches/{branch}/protection", at);
  await it.commit("main", "again.txt");
});

test("sets labels and reviewers, and makes archived repositories read-only", async (t) => {
  const it = await makeStarted(t);
  const octokit = octokitOf(it, it.writer.token);
  await it.commit("tembo/fix");
  await octokit.request("POST /repos/{owner}/{repo}/pulls", {
    ...repo,
    title: "t",
    head: "tembo/fix",
    base: "main",
  });
  const at = { ...repo, issue_number: 1 };
  await octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", {
    ...at,
    labels: ["a b", "c"],
  });
  await octokit.request("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", {
    ...at,
    name: "c",
  });
  const { data: pull } = await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
    ...repo,
    pull_number: 1,
  });
  assert.deepEqual(
    pull.labels.map(({ name }) => name),
    ["a b"],
  );
  const ask = (reviewer: string) =>
    octokit.request("POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", {
      ...repo,
      pull_number: 1,
      reviewers: [reviewer],
    });
  assert.deepEqual(
    (await ask("tembo")).data.requested_reviewers?.map(({ login }) => login),
    ["tembo"],
  );
  await refuses(ask("nobody"), 422, /not a collaborator/);
  await octokit.request("PATCH /repos/{owner}/{repo}", { ...repo, archived: true });
  await refuses(
    octokit.request("POST /repos/{owner}/{repo}/issues", { ...repo, title: "t" }),
    403,
    /archived/,
  );
  await octokit.request("PATCH /repos/{owner}/{repo}", { ...repo, archived: false });
  await octokit.request("POST /repos/{owner}/{repo}/issues", { ...repo, title: "t" });
});

test("a key can access only the repositories of its organization", async (t) => {
  const it = await makeForge(t);
  const [writer, reader] = [octokitOf(it, it.writer.token), octokitOf(it, it.reader.token)];
  const { data: repository } = await writer.request("GET /repos/{owner}/{repo}", repo);
  assert.equal(repository.clone_url, `${it.url}/git/acme/app.git`);
  assert.equal((await writer.request(`GET /repositories/${repository.id}`)).data.name, "app");
  await refuses(reader.request("GET /repos/{owner}/{repo}", repo), 404, /Not Found/);
  await refuses(reader.request(`GET /repositories/${repository.id}`), 404, /Not Found/);
  assert.deepEqual((await reader.request("GET /user/repos")).data, []);
  assert.equal((await writer.request("GET /installation/repositories")).data.total_count, 1);
  await refuses(octokitOf(it, "wrong").request("GET /user"), 401, /Bad credentials/);
  const { data: permission } = await writer.request(
    "GET /repos/{owner}/{repo}/collaborators/{username}/permission",
    {
      ...repo,
      username: "ada-lovelace",
    },
  );
  assert.equal(permission.permission, "admin");
});

test("rejects an invalid API request with a JSON error", async (t) => {
  const it = await makeForge(t);
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = { authorization: `Basic ${Buffer.from(`x:${it.writer.token}`).toString("base64")}` };
    const response = await fetch(`${it.url}/api/github/v3${path}`, { headers, ...init });
    return {
      status: response.status,
      body: (await response.json()) as { message: string },
      headers: response.headers,
    };
  };
  const root = await ask("/");
  assert.equal(root.status, 200);
  assert.match(root.headers.get("x-github-media-type") ?? "", /github\.v3/);
  assert.equal(root.headers.get("x-ratelimit-limit"), "15000");
  assert.equal((await ask("/user", { headers: {} })).status, 401);
  assert.equal((await ask("/nowhere")).body.message, "Not Found");
  assert.equal((await ask("/repos/acme/app/pulls/0")).status, 404);
  assert.equal((await ask("/repos/acme/app/branches/%zz")).status, 400);
  const path = "/repos/acme/app/issues";
  assert.equal((await ask(path, { method: "POST", body: "{" })).body.message, "Problems parsing JSON");
  const large = JSON.stringify({ title: "t", body: "x".repeat(4 * 1024 * 1024) });
  assert.equal((await ask(path, { method: "POST", body: large })).status, 413);
  assert.equal((await ask(path, { method: "POST", body: JSON.stringify({ title: "t" }) })).status, 201);
});
