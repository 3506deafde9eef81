import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AUTHORIZED, assertSentence, type Edge, eventually, startEdge } from "../../support/api-edge.ts";

const UNKNOWN_ID = "01890a5d-ac96-774b-bcce-b302099a8057";
let edge: Edge;

before(async () => {
  edge = await startEdge();
});
after(() => edge.close());

const create = (body: unknown) => ({ path: "/session/create", body });
const go = (more: Record<string, unknown>) => create({ prompt: "Go.", queueRightAway: false, ...more });

describe("invalid input", () => {
  test("rejects a body that is not a JSON object", async () => {
    for (const body of ["{", '{"prompt": "a"', "nonsense", '{"prompt": "a",}', "'a'"])
      await edge.refused(400, create(body), /not valid JSON/);
    for (const body of ["[]", '"text"', "1", "null", "true"]) await edge.refused(400, create(body), /body/i);
    await edge.refused(400, { method: "POST", path: "/session/create" }, /body/i);
    await edge.refused(
      400,
      { method: "POST", path: "/session/create", headers: { "content-type": "application/json" } },
      /body/i,
    );
  });

  test("rejects a session without a prompt or description", async () => {
    await edge.refused(400, create({}), /"prompt".*"description"/);
    for (const prompt of ["", " ", " \n\t  \u00a0\u2003"])
      await edge.refused(400, create({ prompt }), /"prompt"/);
    for (const description of ["", "  \n"]) await edge.refused(400, create({ description }), /"description"/);
    await edge.refused(400, create({ prompt: 1 }), /"prompt"/);
    await edge.refused(400, create({ prompt: null }), /"prompt"/);
    for (const path of ["/task/create", "/api/public-api/task/create"])
      await edge.refused(400, { path, body: {} }, /"prompt"/);
  });

  test("rejects a message without content, and a message that is too long", async () => {
    const { id } = await edge.draft();
    const path = `/session/${id}/messages`;
    for (const body of [{}, { content: "" }, { content: "  \n" }, { content: 1 }])
      await edge.refused(400, { path, body }, /"content"/);
    await edge.refused(400, { path, body: { content: "a\u0000b" } }, /"content".*NUL/);
    await edge.refused(400, { path, body: { content: "a".repeat(1_000_001) } }, /"content"/);
  });

  test("rejects an unknown harness, and names the known ones", async () => {
    for (const agent of ["nope", "nope:model", "claudecode:x", ":claude-opus-4-5", " claudeCode"])
      await edge.refused(400, go({ agent }), /claudeCode/);
    for (const agent of ["claudeCode:", "claudeCode::anthropic"])
      await edge.refused(400, go({ agent }), /harness:model/);
    await edge.refused(400, go({ agent: "claudeCode:a:b:c" }), /provider "c".*anthropic/);
  });

  test("rejects branch names that git rejects", async () => {
    const names = [
      "a b",
      "a..b",
      "-a",
      "a~1",
      "a^",
      "a:b",
      "a?",
      "a*",
      "a[b",
      "a\\b",
      "a.lock",
      "a/.b",
      "/a",
      "a/",
      "a//b",
      "a@{b",
      ".",
      "a.",
      "HEAD",
      "a\u0007",
      "a\u0000",
      "x".repeat(251),
    ];
    for (const field of ["branchName", "targetBranch", "baseBranch"])
      for (const name of names) await edge.refused(400, go({ [field]: name }), new RegExp(`"${field}"`));
    await edge.refused(
      400,
      { path: "/v1/repositories", body: { owner: "o", name: "bad-base", baseBranch: "a..b" } },
      /branch/,
    );
  });

  test("rejects unknown and disabled repositories and invalid URLs", async () => {
    for (const url of ["https://github.com/org/unknown", `${edge.url}/git/no/where.git`])
      await edge.refused(400, go({ repositories: [url] }), /not connected/);
    for (const url of ["nonsense", "file:///etc/passwd", "/etc", "https://", "ext::sh -c true", "-x"])
      await edge.refused(400, go({ repositories: [url] }), /is not a repository|not connected/);
    await edge.refused(400, go({ codeRepoIds: [UNKNOWN_ID] }), new RegExp(UNKNOWN_ID));
    await edge.refused(400, go({ codeRepoIds: ["1"] }), /"codeRepoIds\.0"/);
    await edge.refused(400, go({ repositories: "https://github.com/a/b" }), /"repositories"/);

    const off = await edge.repository("edge/off", { "a.txt": "1\n" });
    await edge.pool.query("update repositories set enabled_at = null where id = $1", [off.id]);
    await edge.refused(400, go({ repositories: [off.url] }), /edge\/off is connected, but not enabled/);
    await edge.refused(400, go({ codeRepoIds: [off.id] }), /edge\/off is connected, but not enabled/);
  });

  test("rejects unknown fields where the contract closes the object", async () => {
    await edge.refused(
      400,
      { path: "/v1/repositories", body: { owner: "o", name: "n", color: "red" } },
      /color/,
    );
    await edge.refused(400, { path: "/v1/api-keys", body: { name: "n", scope: "all" } }, /scope/);
    const { id } = await edge.draft({ color: "red", prompt: "Where it is open it is ignored." });
    assert.match(id, /^[0-9a-f-]{14}7/, "ids are UUIDs of version 7");
  });

  test("rejects invalid repository names", async () => {
    for (const name of ["", ".", "..", "a/b", "a.git", "a.GIT", "-a", "a b", "a\u0000", "é", "x".repeat(101)])
      await edge.refused(400, { path: "/v1/repositories", body: { owner: "o", name } }, /"name"/);
    await edge.refused(400, { path: "/v1/repositories", body: { owner: "../o", name: "n" } }, /"owner"/);
    await edge.refused(
      400,
      { path: "/v1/repositories", body: { owner: "o", name: "n", description: "a\u0000" } },
      /"description".*NUL/,
    );
    await edge.refused(400, { path: "/v1/api-keys", body: { name: "a\u0000" } }, /"name".*NUL/);
  });

  test("rejects IDs that are not UUIDs", async () => {
    for (const id of ["1", "x".repeat(150), "%00", "01890a5d-ac96-774b-bcce-b302099a805", "%F0%9F%98%80"]) {
      for (const path of [`/v1/sessions/${id}`, `/v1/sessions/${id}/events`, `/v1/sessions/${id}/diffs`])
        await edge.refused(400, { path }, /"sessionId"/);
      await edge.refused(400, { method: "POST", path: `/session/${id}/stop` }, /"sessionId"/);
      await edge.refused(400, { path: `/v1/repositories/${id}` }, /"repositoryId"/);
      await edge.refused(400, { path: `/v1/pull-requests/${id}` }, /"pullRequestId"/);
      await edge.refused(400, { method: "DELETE", path: `/v1/api-keys/${id}` }, /"apiKeyId"/);
    }
  });

  test("rejects a duplicate repository with a non-retryable 409, regardless of letter case", async () => {
    await edge.json({ path: "/v1/repositories", body: { owner: "edge", name: "twice" } });
    for (const name of ["twice", "Twice"]) {
      const response = await edge.refused(
        409,
        { path: "/v1/repositories", body: { owner: "edge", name } },
        /name/,
      );
      assert.equal(response.headers.get("x-should-retry"), "false");
    }
  });

  test("rejects a body with another content type, and a body of more than 4 MiB", async () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "application/xml",
    ])
      await edge.refused(
        415,
        { path: "/session/create", body: '{"prompt":"a"}', headers: { "content-type": type } },
        /application\/json/,
      );
    const prompt = "a".repeat(4 * 1024 * 1024);
    await edge.refused(413, create({ prompt }), /4 MiB/);
  });

  test("rejects out-of-range pages and limits", async () => {
    for (const query of [
      "page=0",
      "page=-1",
      "page=x",
      "page=1.5",
      "page=",
      "limit=0",
      "limit=101",
      "limit=x",
      "limit=",
      "limit=1&limit=2",
    ]) {
      const [name] = query.split("=", 1);
      for (const path of ["/session/list", "/task/list"])
        await edge.refused(400, { path: `${path}?${query}` }, new RegExp(`"${name}"`));
      await edge.refused(400, { path: `/session/search?q=a&${query}` }, new RegExp(`"${name}"`));
    }
    await edge.refused(400, { path: "/session/search" }, /"q"/);
    await edge.refused(400, { path: "/session/search?q=" }, /"q"/);
    for (const path of ["/v1/repositories", "/v1/api-keys", "/v1/pull-requests"]) {
      await edge.refused(400, { path: `${path}?cursor=1` }, /"cursor"/);
      await edge.refused(400, { path: `${path}?limit=0` }, /"limit"/);
      await edge.refused(400, { path: `${path}?limit=101` }, /"limit"/);
    }
  });
});

describe("unknown operations", () => {
  test("returns a 404 error that names the unknown path or method", async () => {
    await edge.refused(404, { path: "/nope" }, /GET \/nope/);
    await edge.refused(404, { path: "/api/public-api/nope?apiKey=secret" }, /GET \/api\/public-api\/nope\./);
    await edge.refused(404, { method: "DELETE", path: "/session/create" }, /DELETE/);
    await edge.refused(404, { method: "OPTIONS", path: "/me" }, /OPTIONS/);
    await edge.refused(404, { path: `/v1/sessions/${"x".repeat(300)}` }, /./);
  });

  test("responds to HEAD as to GET but without a body, even for a stream", async () => {
    const { id } = await edge.draft();
    for (const path of ["/me", "/session/list", `/v1/sessions/${id}`, `/v1/sessions/${id}/events/stream`]) {
      const response = await fetch(`${edge.url}${path}`, { method: "HEAD", headers: AUTHORIZED });
      assert.equal(response.status, 200, path);
      assert.equal(await response.text(), "");
    }
  });

  test("returns an error message for an invalid URL and for headers that are too large", async () => {
    const bad = await fetch(`${edge.url}/v1/sessions/%zz`, { headers: AUTHORIZED });
    assert.equal(bad.status, 400);
    assertSentence(await bad.json());
    const large = await fetch(`${edge.url}/me`, {
      headers: { ...AUTHORIZED, "x-large": "a".repeat(40_000) },
    });
    assert.equal(large.status, 431);
    assertSentence(await large.json());
  });
});

describe("text", () => {
  test("derives the title from the prompt, or from the description if there is no prompt", async () => {
    const both = await edge.draft({ prompt: "Fix it. Soon.", description: "The door." });
    assert.deepEqual([both.title, both.description, both.status], ["Fix it", "The door.", "draft"]);
    const alone = await edge.draft({ prompt: undefined, description: "Only this." });
    assert.equal(alone.title, "Only this");
  });

  test("accepts text in any script, up to a million characters", async () => {
    for (const prompt of [
      "👩‍👩‍👧‍👦 family 🏳️‍🌈",
      "שלום עולם",
      "e\u0301 and \u202eright to left",
      "日本語。テスト",
    ]) {
      const { id } = await edge.draft({ prompt });
      const { description } = await edge.json<{ description: string }>({ path: `/v1/sessions/${id}` });
      assert.equal(description, prompt);
    }
    const { id } = await edge.draft({ prompt: "é".repeat(1_000_000) });
    const { title } = await edge.json<{ title: string }>({ path: `/v1/sessions/${id}` });
    assert.equal(Array.from(title).length, 80);
    await edge.refused(400, go({ prompt: "a".repeat(1_000_001) }), /"prompt"/);
    await edge.refused(400, go({ description: "a".repeat(1_000_001) }), /"description"/);
  });

  test("rejects NUL, and replaces a lone surrogate with U+FFFD", async () => {
    await edge.refused(400, go({ prompt: "a\u0000b" }), /"prompt" contains a NUL/);
    await edge.refused(400, go({ description: "a\u0000b" }), /"description" contains a NUL/);
    await edge.refused(400, go({ agent: "claudeCode:a\u0000" }), /"agent" contains a NUL/);
    const created = await edge.draft({ prompt: "a \ud800 b" });
    assert.equal(created.title, "a \ufffd b");
    const { description } = await edge.json<{ description: string }>({ path: `/v1/sessions/${created.id}` });
    assert.equal(description, "a \ufffd b");
  });

  test("recognizes a repository by every spelling of its URL and ID", async () => {
    const repository = await edge.repository("Edge/Same", { "a.txt": "1\n" });
    const plain = repository.url.replace(/\.git$/, "");
    const spellings = [
      plain,
      `${plain}.git`,
      `${plain}/`,
      `${plain}.git/`,
      plain.toUpperCase().replace("HTTP", "http"),
    ];
    const { id } = await edge.draft({
      repositories: spellings,
      codeRepoIds: [repository.id, repository.id.toUpperCase()],
    });
    const session = await edge.json<{ sessionSource: { repositories: { id: string }[] } }>({
      path: `/v1/sessions/${id}`,
    });
    assert.deepEqual(
      session.sessionSource.repositories.map((one) => one.id),
      [repository.id],
    );
  });
});

test("hides internal details in a server error, and includes the request ID from the log", async () => {
  const { id } = await edge.draft();
  await edge.pool.query("alter table diffs rename to diffs_away");
  try {
    const response = await edge.call({ path: `/v1/sessions/${id}/diffs` });
    assert.equal(response.status, 500);
    const body = (await response.json()) as { error: string };
    assertSentence(body);
    const requestId = response.headers.get("x-request-id");
    assert.ok(requestId !== null && body.error.includes(requestId));
    assert.doesNotMatch(body.error, /diffs|relation|select|\.ts/);
    await eventually(() => edge.tembo.log().includes(requestId));
  } finally {
    await edge.pool.query("alter table diffs_away rename to diffs");
  }
  assert.equal((await edge.call({ path: `/v1/sessions/${id}/diffs` })).status, 200);
});
