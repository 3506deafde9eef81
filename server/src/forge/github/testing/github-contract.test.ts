import assert from "node:assert/strict";
import { test } from "node:test";
import { addReaction } from "../conversation/react.ts";
import { convertToDraft, markReady } from "../pull-request/draft-documents.ts";
import { contractSources, usedEvents, usedRoutes } from "./contract-sources.ts";
import { readFixture } from "./fixture.ts";
import { checkAnswer, checkRequest, checkWebhook } from "./github-contract.ts";
import { checkGraphql } from "./graphql-contract.ts";

const api = (path: string) => new URL(path, "https://api.github.com");

test("the fixtures have the recorded versions, and contain every route and event of the adapter", () => {
  const rest = readFixture("rest") as {
    source: string;
    document: { paths: Record<string, Record<string, unknown>> };
  };
  const webhooks = readFixture("webhooks") as {
    source: string;
    document: { webhooks: Record<string, unknown> };
  };
  const examples = readFixture("webhook-examples") as { source: string };
  assert.deepEqual([rest.source, webhooks.source, examples.source], Object.values(contractSources));
  const held = Object.entries(rest.document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  assert.deepEqual(held.sort(), usedRoutes());
  assert.ok(held.length > 40);
  const names = Object.keys(webhooks.document.webhooks);
  const unheld = usedEvents().filter(
    (event) => !names.some((name) => name.startsWith(event.replaceAll("_", "-"))),
  );
  assert.deepEqual(unheld, []);
});

test("the checker rejects requests and responses that GitHub's description does not allow", () => {
  const pulls = api("/repos/acme/app/pulls");
  assert.deepEqual(checkRequest("POST", pulls, { title: "x", head: "a", base: "b" }), []);
  assert.match(checkRequest("POST", pulls, { title: "x", head: "a" }).join(), /required property 'base'/);
  assert.match(checkRequest("POST", pulls, { title: "x", head: "a", base: "b", body: 5 }).join(), /string/);
  assert.match(checkRequest("POST", pulls, undefined).join(), /no body/);
  assert.match(checkRequest("GET", api("/repos/acme/app/nothing"), undefined).join(), /not in GitHub/);
  assert.match(checkRequest("GET", api("/repos/acme/app/pulls?nonsense=1"), undefined).join(), /nonsense/);
  assert.match(
    checkRequest("GET", api("/repos/acme/app/pulls?state=sleepy"), undefined).join(),
    /allowed values/,
  );
  assert.deepEqual(checkRequest("GET", api("/repos/acme/app/pulls?state=all&per_page=100"), undefined), []);
  assert.match(checkAnswer("GET", pulls, 200, [{ number: 1 }]).join(), /required property/);
  assert.match(checkAnswer("GET", pulls, 299, []).join(), /status 299/);
  assert.match(checkWebhook("pull_request", { action: "opened" }).join(), /required property/);
  assert.match(checkWebhook("pull_request", { action: "exploded" }).join(), /not in GitHub/);
});

test("every GraphQL document conforms to GitHub's schema", () => {
  for (const query of [convertToDraft, markReady, addReaction]) assert.deepEqual(checkGraphql(query), []);
  assert.notDeepEqual(checkGraphql(convertToDraft.replace("isDraft", "isDraught")), []);
});
