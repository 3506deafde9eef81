import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyDraft, NO_PROJECT, readDraft, toSessionBody, toSessionOptions } from "./draft.ts";

test("omits empty fields from the request", () => {
  assert.deepEqual(toSessionBody({ ...emptyDraft, prompt: "Fix it." }, true), {
    prompt: "Fix it.",
    queueRightAway: true,
    visibility: "public",
  });
});

test("sends the selected project, null for no project, and nothing for the default project", () => {
  const sent = (projectId: string) => toSessionBody({ ...emptyDraft, prompt: "Fix it.", projectId }, true);
  assert.equal(sent("p1").projectId, "p1");
  assert.equal(sent(NO_PROJECT).projectId, null);
  assert.ok(!("projectId" in sent("")));
  assert.equal(toSessionOptions({ ...emptyDraft, projectId: "p1" }).projectId, "p1");
});

test("sends every selected option", () => {
  const draft = {
    ...emptyDraft,
    prompt: "Fix it.",
    repositoryIds: ["r"],
    baseBranch: " dev ",
    harness: "pi",
    model: "m:x",
    mode: "planning",
    sandboxSize: "large",
    runsOn: ["gpu"],
    egress: "none",
    budgetUsd: "1.5",
    visibility: "private",
    attachments: [{ id: "a", name: "a.png", sizeBytes: 1 }],
  } as const;
  assert.deepEqual(toSessionBody(draft, false), {
    prompt: "Fix it.",
    queueRightAway: false,
    visibility: "private",
    codeRepoIds: ["r"],
    baseBranch: "dev",
    agent: "pi:m:x",
    agentOptions: { mode: "planning" },
    sandboxSize: "large",
    runsOn: ["gpu"],
    egress: { preset: "none", allow: [] },
    budgetUsd: 1.5,
    attachments: ["a"],
  });
  assert.equal(toSessionBody({ ...draft, model: "" }, true).agent, "pi");
});

test("sends the attempts only if there are several", () => {
  const sent = (attempts: readonly string[]) =>
    toSessionBody({ ...emptyDraft, prompt: "Fix it.", attempts }, true).attempts;
  assert.equal(sent([]), undefined);
  assert.equal(sent(["pi"]), undefined);
  assert.deepEqual(sent(["", "pi:m:x"]), [{}, { agent: "pi:m:x" }]);
});

test("parses a stored draft field by field, and replaces invalid fields with defaults", () => {
  const kept = JSON.stringify({ prompt: "Fix it.", repositoryIds: "r", budgetUsd: 3, unknown: 1 });
  assert.deepEqual(readDraft(kept), { ...emptyDraft, prompt: "Fix it." });
  for (const broken of [null, "{", "null", "[]"]) assert.deepEqual(readDraft(broken), emptyDraft);
});

test("sends a leading command when a session starts, but not when a draft is saved", () => {
  const commands = [{ name: "review", kind: "command", note: "" }] as const;
  const draft = { ...emptyDraft, prompt: "/review all" };
  assert.deepEqual(toSessionBody(draft, true, commands).slashCommand, {
    command: "review",
    arguments: "all",
  });
  assert.equal(toSessionBody(draft, false, commands).slashCommand, undefined);
});
