import assert from "node:assert/strict";
import { test } from "node:test";
import { type FakeApi, startFakeApi } from "../../../testing/fake-api.ts";
import { runCommand } from "../../../testing/run-command.ts";

const envOf = (api: FakeApi) => ({ TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url });
const kinds = ["read", "edit", "delete", "move", "search", "execute", "think", "fetch", "other", "leavePlan"];
const policy = {
  rules: Object.fromEntries(kinds.map((kind) => [kind, kind === "execute" ? "ask" : "allow"])),
  timeoutSeconds: 60,
  onTimeout: "deny",
};

test("permission policy set sends the specified kinds, and prints the stored policy", async () => {
  const path = "/v1/organizations/o1/permission-policy";
  await using api = await startFakeApi({
    "GET /me": { orgId: "o1", userId: null },
    [`GET ${path}`]: policy,
    [`PATCH ${path}`]: policy,
  });
  const env = envOf(api);
  const shown = (await runCommand(["permission", "policy", "show"], { env })).stdout;
  assert.match(shown, /execute\task\n[\s\S]*1 min to answer\. After that, the request is denied\.\n$/);
  const set = (...args: string[]) => runCommand(["permission", "policy", "set", ...args], { env });
  await set("--rule", "execute=ask", "--rule", "delete=deny", "--timeout", "60", "--on-timeout", "deny");
  const rules = { execute: "ask", delete: "deny" };
  assert.deepEqual(api.asked.at(-1)!.body, { rules, timeoutSeconds: 60, onTimeout: "deny" });
  await set("--all", "deny", "--rule", "read=allow");
  const { rules: all } = api.asked.at(-1)!.body as { rules: Record<string, string> };
  assert.deepEqual([all.read, all.edit, Object.keys(all).length], ["allow", "deny", 10]);
  const asked = api.asked.length;
  for (const args of [
    [],
    ["--rule", "execute"],
    ["--rule", "run=ask"],
    ["--timeout", "0"],
    ["--all", "maybe"],
  ])
    assert.notEqual((await set(...args)).status, 0);
  assert.equal(api.asked.length, asked);
});

test("session permit and answer send the decision and the text", async () => {
  await using api = await startFakeApi({
    "POST /v1/sessions/s1/permissions/p1": { kind: "execute", title: "npm test" },
    "POST /v1/sessions/s1/questions/q1": {},
  });
  const env = envOf(api);
  const args = ["session", "permit", "s1", "p1", "deny", "--comment", "No."];
  assert.equal((await runCommand(args, { env })).stdout, "Denied: execute npm test\n");
  assert.deepEqual(api.asked.at(-1)!.body, { decision: "deny", comment: "No." });
  assert.equal((await runCommand(["session", "permit", "s1", "p1", "maybe"], { env })).status, 2);
  const forSession = ["session", "permit", "s1", "p1", "allow", "--for-session"];
  assert.equal(
    (await runCommand(forSession, { env })).stdout,
    "Allowed for this session: execute npm test\n",
  );
  assert.deepEqual(api.asked.at(-1)!.body, { decision: "allow", scope: "session" });
  const sent = api.asked.length;
  const denied = await runCommand(["session", "permit", "s1", "p1", "deny", "--for-session"], { env });
  assert.deepEqual([denied.status, api.asked.length], [2, sent]);
  await runCommand(["session", "answer", "s1", "q1", "Blue."], { env });
  assert.deepEqual(api.asked.at(-1)!.body, { answer: "Blue." });
});

test("plan shows, edits, approves and rejects", async () => {
  const plan = {
    artifactId: "a1",
    sessionId: "s1",
    title: "Do it",
    content: "# Do it\nNow.",
    state: "proposed",
    comment: null,
    messageId: null,
  };
  await using api = await startFakeApi({
    "GET /v1/sessions/s1/plan": plan,
    "PATCH /v1/sessions/s1/plan": plan,
    "POST /v1/sessions/s1/plan/approve": plan,
    "POST /v1/sessions/s1/plan/reject": plan,
  });
  const env = envOf(api);
  const run = (...args: string[]) => runCommand(["plan", ...args], { env });
  assert.equal((await run("show", "s1")).stdout, "Do it (proposed, a1)\n\n# Do it\nNow.\n");
  await run("edit", "s1", "# Other");
  assert.deepEqual(api.asked.at(-1)!.body, { content: "# Other" });
  await run("approve", "s1", "--agent", "codex:gpt-5.5", "--plan", "a1");
  assert.deepEqual(api.asked.at(-1)!.body, { agent: "codex:gpt-5.5", artifactId: "a1" });
  await run("approve", "s1");
  assert.deepEqual(api.asked.at(-1)!.body, {});
  await run("reject", "s1", "Not so.");
  assert.deepEqual(api.asked.at(-1)!.body, { comment: "Not so." });
  assert.match((await run("edit", "s1")).stderr, /The plan text is missing/);
});

test("reports that a plan was already decided, and that nothing was changed", async () => {
  const decidedAt = "2026-01-01T00:00:00.000Z";
  const plan = { artifactId: "a1", sessionId: "s1", state: "proposed", messageId: "m1", decidedAt: null };
  const decided = { ...plan, decidedAt };
  for (const [args, state, first] of [
    [["approve", "s1"], "approved", "Approved the plan. The session is working on it.\n"],
    [["reject", "s1", "No."], "rejected", "Rejected the plan. The session will propose a new plan.\n"],
  ] as const) {
    await using api = await startFakeApi({
      "GET /v1/sessions/s1/plan": plan,
      [`POST /v1/sessions/s1/plan/${args[0]}`]: { ...decided, state },
    });
    const run = () => runCommand(["plan", ...args], { env: envOf(api) });
    assert.equal((await run()).stdout, first, "control");
    api.answers["GET /v1/sessions/s1/plan"] = { ...decided, state };
    assert.match(
      (await run()).stdout,
      new RegExp(`^The plan was already ${state} on ${decidedAt}\\. Nothing was changed\\.\n$`),
    );
  }
});
