import assert from "node:assert/strict";
import { test } from "node:test";
import type { FastifyRequest } from "fastify";
import { hashToken } from "../../core/accounts/index.ts";
import type { Store } from "../../core/ports.ts";
import { authenticate } from "./authenticate.ts";

const ada = { organizationId: "us", userId: "ada", role: "member", kind: "key", confirmedAt: null };
const asked: string[] = [];
const store = {
  apiKeys: {
    findByTokenHash: async (_kind: string, hash: Buffer) => {
      asked.push(hash.toString("hex"));
      return hash.equals(hashToken("good")) ? { ...ada, id: "key" } : null;
    },
  },
} as unknown as Pick<Store, "apiKeys">;

const requestWith = (authorization: string | undefined, query: unknown = {}, takesKeyInQuery = true) => {
  const routeOptions = { config: { takesKeyInQuery } };
  return authenticate(store, {
    headers: { authorization },
    server: { isSecure: false },
    query,
    routeOptions,
  } as unknown as FastifyRequest);
};

test("looks up the key from the header or the query by its hash", async () => {
  const caller = { ...ada, apiKeyId: "key" };
  assert.deepEqual(await requestWith("Bearer good"), caller);
  assert.deepEqual(await requestWith("bEARER   good  "), caller);
  assert.deepEqual(await requestWith(undefined, { apiKey: "good" }), caller);
  assert.deepEqual(await requestWith("Bearer good", { apiKey: "bad" }), caller);
});

test("rejects a key in the URL unless the operation allows it", async () => {
  await assert.rejects(requestWith(undefined, { apiKey: "good" }, false), /is in the URL/);
  assert.equal((await requestWith("Bearer good", { apiKey: "bad" }, false)).apiKeyId, "key");
});

test("rejects an invalid key in the header, even if the key in the query is valid", async () => {
  await assert.rejects(requestWith("Bearer bad", { apiKey: "good" }), { code: "unauthenticated" });
});

test("reports an absent or malformed key as missing, and an invalid one as unknown", async () => {
  for (const [header, query] of [
    [undefined, {}],
    ["Basic good", {}],
    ["Bearer", {}],
    [undefined, { apiKey: ["good", "good"] }],
    [undefined, null],
  ] as const)
    await assert.rejects(requestWith(header, query), /missing/);
  for (const [header, query] of [
    ["Bearer bad", {}],
    [undefined, { apiKey: "" }],
  ] as const)
    await assert.rejects(requestWith(header, query), /unknown or revoked/);
});

test("does not look up a key beyond the maximum length", async () => {
  asked.length = 0;
  await assert.rejects(requestWith(`Bearer ${"x".repeat(501)}`), /unknown/);
  assert.deepEqual(asked, []);
  await assert.rejects(requestWith(`Bearer ${"x".repeat(500)}`), /unknown/);
  assert.equal(asked.length, 1);
});
