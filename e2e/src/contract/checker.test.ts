import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { createCheckedFetch } from "./checked-fetch.ts";
import { ContractViolation, createContractChecker } from "./checker.ts";

const checker = createContractChecker();
const id = "0199f0a5-7c1e-7cc3-98c4-dc0c0c07398f";
const at = "2026-11-24T12:00:00.000Z";
const apiKey = { id, name: "CI", userId: null, tokenPreview: "tmb_...x", createdAt: at, updatedAt: at };
const legacySession = {
  id,
  title: "Fix",
  description: "Fix it",
  status: "queued",
  createdAt: at,
  updatedAt: at,
  organizationId: id,
  htmlUrl: "http://127.0.0.1:3000/sessions/1",
};
const repository = {
  id,
  name: "shop",
  owner: "org",
  url: "http://127.0.0.1:3000/git/org/shop.git",
  description: null,
  baseBranch: "main",
  targetBranch: null,
  provider: { type: "local", displayName: "Local", integrationId: id },
  enabledAt: at,
  createdAt: at,
  updatedAt: at,
};

test("finds the operation by method and path, under both prefixes, with parameters and a query", () => {
  const body = legacySession;
  assert.equal(
    checker.check({ method: "POST", path: "/session/create", status: 200, body }),
    "POST /session/create",
  );
  const keys = { items: [apiKey], nextCursor: null };
  const path = "/api/public-api/v1/api-keys?limit=1";
  assert.equal(checker.check({ method: "GET", path, status: 200, body: keys }), "GET /v1/api-keys");
  const one = checker.check({ method: "GET", path: `/v1/repositories/${id}`, status: 200, body: repository });
  assert.equal(one, "GET /v1/repositories/{repositoryId}");
});

test("rejects an extra property of a closed object, a wrong type, an invalid format and a missing property", () => {
  const base = { method: "GET", path: `/v1/repositories/${id}`, status: 200 };
  const { url, ...withoutUrl } = repository;
  assert.equal(url, repository.url);
  for (const [body, message] of [
    [
      { ...repository, secret: 1 },
      /GET \/v1\/repositories\/\{repositoryId\} 200.*additional properties \(secret\)/,
    ],
    [
      { ...repository, provider: { ...repository.provider, extra: 1 } },
      /\/provider must NOT have additional/,
    ],
    [{ ...repository, name: 1 }, /\/name must be string/],
    [{ ...repository, createdAt: "yesterday" }, /\/createdAt must match format "date-time"/],
    [withoutUrl, /must have required property 'url'/],
  ] as const) {
    assert.throws(
      () => checker.check({ ...base, body }),
      (error) => {
        return error instanceof ContractViolation && message.test(error.message);
      },
    );
  }
  checker.check({ ...base, body: repository });
});

test("reports every violation at once", () => {
  const body = { ...repository, name: 1, owner: 2 };
  const path = `/v1/repositories/${id}`;
  assert.throws(() => checker.check({ method: "GET", path, status: 200, body }), /\/name .*\/owner /);
});

test("accepts the common errors from every operation, but only in the Error schema", () => {
  const error = { error: "Say what to change.", code: "invalid_input", field: "a.0", requestId: "r1" };
  for (const status of [400, 401, 404, 409, 413, 415, 429, 500]) {
    checker.check({ method: "GET", path: "/me", status, body: error });
    const extra = { ...error, stack: "at ..." };
    assert.throws(() => checker.check({ method: "GET", path: "/me", status, body: extra }), /stack/);
    const unknown = { ...error, code: "of_no_list" };
    assert.throws(() => checker.check({ method: "GET", path: "/me", status, body: unknown }), /code/);
  }
  assert.throws(
    () => checker.check({ method: "GET", path: "/me", status: 418, body: error }),
    /does not define status 418/,
  );
  assert.throws(
    () => checker.check({ method: "GET", path: "/me", status: 201, body: {} }),
    /does not define status 201/,
  );
  checker.check({ method: "GET", path: `/v1/sessions/${id}/events/stream`, status: 400, body: error });
});

test("accepts only status 404 for an unknown path", () => {
  checker.check({
    method: "GET",
    path: "/nowhere",
    status: 404,
    body: { error: "There is nothing here.", code: "not_found" },
  });
  assert.throws(
    () => checker.check({ method: "GET", path: "/nowhere", status: 200, body: {} }),
    /is not an operation/,
  );
  assert.throws(
    () => checker.check({ method: "PUT", path: "/me", status: 200, body: {} }),
    /PUT \/me is not an operation/,
  );
});

test("checks a Tembo operation against the vendor's repository schema", () => {
  const base = { method: "POST", path: "/v1/repositories", status: 201 };
  assert.equal(checker.check({ ...base, body: repository }), "POST /v1/repositories");
  assert.throws(() => checker.check({ ...base, body: { ...repository, id: "1" } }), /\/id must match format/);
  assert.throws(
    () => checker.check({ ...base, status: 200, body: repository }),
    /does not define status 200/,
  );
});

test("checks events against their component", () => {
  const event = { id: 1, sessionId: id, messageId: null, createdAt: at, eventType: "x", provider: "tembo" };
  checker.checkComponent("SessionEvent", { ...event, eventData: { type: "turn.started" } });
  assert.throws(() => checker.checkComponent("SessionEvent", event), /SessionEvent violates.*eventData/);
  assert.throws(() => checker.checkComponent("Nothing", event), /no schema/);
});

test("checks and counts the responses that its fetch receives, and returns them unchanged", async (context) => {
  const url = await serve(context);
  const { fetch, counts } = createCheckedFetch({ checker });
  assert.deepEqual(await (await fetch(`${url}/repository/list?good`)).json(), { codeRepositories: [] });
  await fetch(new Request(`${url}/api/public-api/repository/list?good`));
  await fetch(new URL(`${url}/repository/list?good`), { method: "get" });
  assert.deepEqual([...counts], [["GET /repository/list 200", 3]]);
  await assert.rejects(fetch(`${url}/repository/list?bad`), /\/codeRepositories must be array/);
  await assert.rejects(fetch(`${url}/repository/list?text`), /returned 200 as "text\/plain", not as JSON/);
  await assert.rejects(fetch(`${url}/repository/list?good`, { method: "POST" }), ContractViolation);
  assert.equal(await (await fetch(`${url}/healthz?text`)).text(), "ok");
  assert.equal(await (await fetch(`${url}/v1/sessions/${id}/events/stream?events`)).text(), "data: 1\n\n");
  assert.deepEqual([...counts.values()], [3]);
});

/** Starts a server that responds to any path with the response that the query specifies. */
async function serve(context: TestContext): Promise<string> {
  const answers: Record<string, [string, string]> = {
    good: ["application/json; charset=utf-8", '{"codeRepositories":[]}'],
    bad: ["application/json", '{"codeRepositories":1}'],
    text: ["text/plain", "ok"],
    events: ["text/event-stream", "data: 1\n\n"],
  };
  const server = createServer((request, response) => {
    const [type, body] = answers[request.url!.split("?")[1]!]!;
    response.writeHead(200, { "content-type": type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("checks a Tembo operation against Tembo's own contract", () => {
  const path = `/api/public-api/v1/organizations/${id}/budget`;
  const budget = { perSessionUsd: 1.5, perMonthUsd: null };
  const name = checker.check({ method: "GET", path, status: 200, body: budget });
  assert.equal(name, "GET /v1/organizations/{organizationId}/budget");
  for (const body of [{ ...budget, extra: 1 }, { perSessionUsd: 1 }, { ...budget, perMonthUsd: "1" }])
    assert.throws(() => checker.check({ method: "PUT", path, status: 200, body }), ContractViolation);
  assert.throws(
    () => checker.check({ method: "GET", path, status: 201, body: budget }),
    /does not define status 201/,
  );
});
