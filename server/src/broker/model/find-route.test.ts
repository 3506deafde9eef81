import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelFamily } from "../../core/access/index.ts";
import { findRoute } from "./find-route.ts";

const targetOf = (family: ModelFamily, method: string, url: string) => findRoute(family, method, url)?.target;

test("forwards the requests of an agent loop, with and without the version in the path", () => {
  const known: Record<ModelFamily, readonly string[]> = {
    anthropic: [
      "POST /v1/messages?beta=true",
      "POST /messages",
      "POST /v1/messages/count_tokens",
      "GET /v1/models",
      "GET /v1/models/claude-opus-4-5",
    ],
    openai: [
      "POST /v1/responses",
      "POST /responses",
      "POST /v1/responses/compact",
      "POST /v1/chat/completions",
      "POST /chat/completions",
      "POST /v1/embeddings",
      "GET /v1/models?client_version=1",
      "GET /models/ft:gpt-5:acme::1",
    ],
    gemini: [
      "POST /v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse",
      "POST /v1/models/gemini-2.5-pro:generateContent",
      "POST /models/gemini-2.5-pro:countTokens",
      "GET /v1beta/models",
      "GET /v1beta/models/gemini-2.5-pro",
    ],
  };
  for (const [family, requests] of Object.entries(known)) {
    for (const request of requests) {
      const [method, url] = request.split(" ") as [string, string];
      assert.equal(targetOf(family as ModelFamily, method, url), url);
    }
  }
});

test("rejects account requests, requests for another family and unknown paths", () => {
  const refused: Record<ModelFamily, readonly string[]> = {
    anthropic: [
      "POST /v1/messages/batches",
      "GET /v1/messages/batches",
      "GET /v1/files",
      "POST /v1/files",
      "GET /v1/organizations/me",
      "GET /v1/messages",
      "DELETE /v1/models/x",
      "POST /v1/responses",
      "POST /v1beta/models/gemini-2.5-pro:generateContent",
    ],
    openai: [
      "GET /v1/responses/resp_1",
      "DELETE /v1/responses/resp_1",
      "POST /v1/responses/resp_1/cancel",
      "GET /v1/chat/completions",
      "GET /v1/files",
      "POST /v1/batches",
      "GET /v1/organization/users",
      "POST /v1/fine_tuning/jobs",
      "POST /v1/messages",
    ],
    gemini: [
      "POST /upload/v1beta/files",
      "GET /v1beta/files",
      "GET /v1beta/cachedContents",
      "POST /v1beta/models/x:batchGenerateContent",
      "POST /v1beta/tunedModels/x:generateContent",
      "POST /v1/messages",
    ],
  };
  for (const [family, requests] of Object.entries(refused)) {
    for (const request of requests) {
      const [method, url] = request.split(" ") as [string, string];
      assert.equal(findRoute(family as ModelFamily, method, url), null, request);
    }
  }
});

test("rejects every path that resolves outside the known paths", () => {
  const spellings = [
    "http://127.0.0.1:1/v1/messages",
    "//127.0.0.1:1/v1/messages",
    "/../v1/messages",
    "/v1/../v1/messages",
    "/v1/models/..",
    "/v1/models/.",
    "/v1/models/../files",
    "/v1/models/%2e%2e",
    "/v1/models/..%2ffiles",
    "/v1/models/x%2f..%2ffiles",
    "/v1/models/x\\..\\files",
    "/v1//models",
    "/v1/models/",
    "/v1/models/x/y",
    "v1/models",
    "*",
    "/v1/models#x",
    "/v1/models;x",
    "/v1/models\n",
  ];
  for (const spelling of spellings) {
    assert.equal(findRoute("anthropic", "GET", spelling), null, spelling);
    assert.equal(findRoute("anthropic", "POST", spelling), null, spelling);
  }
  assert.equal(targetOf("anthropic", "GET", "/v1/models/x..y"), "/v1/models/x..y", "control");
});

test("forwards only known query parameters, each at most once", () => {
  assert.equal(
    targetOf(
      "gemini",
      "POST",
      "/v1/models/x:generateContent?key=1&%6bey=2&access_token=3&alt=sse&alt=proto&fields=a",
    ),
    "/v1/models/x:generateContent?alt=sse",
  );
  assert.equal(
    targetOf("gemini", "POST", "/v1/models/x:generateContent?alt=proto"),
    "/v1/models/x:generateContent",
  );
});

test("returns the model in the path and whether the request is metered", () => {
  const route = findRoute("gemini", "POST", "/v1beta/models/gemini-3-pro:generateContent")!;
  assert.deepEqual(
    { model: route.model, isMetered: route.isMetered },
    { model: "gemini-3-pro", isMetered: true },
  );
  assert.equal(findRoute("anthropic", "POST", "/v1/messages/count_tokens")!.isMetered, false);
});
