import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultMessageOptions } from "../session/read-agent-options.ts";
import { preparationFingerprint } from "./preparation-fingerprint.ts";
import type { ResolvedRequest } from "./resolve-session.ts";

const repository = { id: "r1", defaultBranch: "main" };
const resolved = {
  organizationId: "o1",
  personId: "p1",
  agent: { harness: "claudeCode", model: "m", provider: null },
  options: defaultMessageOptions,
  sandboxSize: "micro",
  project: null,
  repositories: [repository],
  request: { prompt: "One.", origin: { kind: "key", keyId: "k1", request: null } },
} as unknown as ResolvedRequest;

const digestOf = (change: object = {}, request: object = {}) =>
  preparationFingerprint({ ...resolved, ...change, request: { ...resolved.request, ...request } }).toString(
    "hex",
  );

test("is equal for requests that differ only in their prompt", () => {
  const goal = { objective: "Green tests", check: null, maxRounds: 1 };
  assert.equal(
    digestOf(
      { options: { ...defaultMessageOptions, goal } },
      { prompt: "Two.", title: "T", visibility: "private" },
    ),
    digestOf(),
  );
});

test("differs for every option that shapes the prepared work", () => {
  const changes: readonly (readonly [object, object?])[] = [
    [{ organizationId: "o2" }],
    [{ personId: "p2" }],
    [{ agent: { harness: "claudeCode", model: "other", provider: null } }],
    [{ options: { ...defaultMessageOptions, mode: "plan" } }],
    [{ sandboxSize: "large" }],
    [{ project: { id: "j1" } }],
    [{ repositories: [{ ...repository, defaultBranch: "next" }] }],
    [{ repositories: [repository, { ...repository, id: "r2" }] }],
    [{}, { targetBranch: "t" }],
    [{}, { baseBranch: "b" }],
    [{}, { branchName: "n" }],
    [{}, { egress: { preset: "none", allow: [] } }],
    [{}, { mcpServers: ["m"] }],
  ];
  const digests = [digestOf(), ...changes.map(([change, request]) => digestOf(change, request))];
  assert.equal(new Set(digests).size, digests.length);
});
