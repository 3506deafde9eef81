import assert from "node:assert/strict";
import { test } from "node:test";
import type { Runtime } from "@tembo-io/sdk";
import { findMissing } from "./find-missing.ts";

const available = { status: "available" } as const;
const unavailable = (reason: string) => ({ status: "unavailable", reason }) as const;
const runtimes = [
  {
    name: "claudeCode",
    defaultModelName: "opus",
    availability: available,
    compatibleModels: [
      { name: "opus", availability: available },
      { name: "remote", availability: unavailable("No key for remote.") },
    ],
  },
  {
    name: "codex",
    defaultModelName: "gpt",
    availability: unavailable("No OpenAI key."),
    compatibleModels: [{ name: "gpt", availability: available }],
  },
] as unknown as readonly Runtime[];

test("finds why the agent cannot run", () => {
  assert.equal(findMissing("claudeCode", [], runtimes), null);
  assert.equal(findMissing("claudeCode:remote", [], runtimes), "No key for remote.");
  assert.equal(findMissing("codex", [], runtimes), "No OpenAI key.");
  assert.equal(findMissing("codex", [], []), undefined);
  assert.equal(findMissing(null, [], runtimes), undefined);
});

test("checks the agents of the attempts instead, and names the first attempt that cannot run", () => {
  assert.equal(findMissing("codex", ["claudeCode", "claudeCode:opus"], runtimes), null);
  assert.equal(findMissing("claudeCode", ["", "codex:gpt", "codex"], runtimes), "Attempt 2: No OpenAI key.");
  assert.equal(findMissing("codex", ["claudeCode", ""], runtimes), "Attempt 2: No OpenAI key.");
  assert.equal(findMissing(null, ["claudeCode", ""], runtimes), undefined);
});
