import assert from "node:assert/strict";
import { test } from "node:test";
import { type FakeApi, legacySession, sessionIn, startFakeApi, streamOf } from "../../../testing/fake-api.ts";
import { runCommand } from "../../../testing/run-command.ts";

const envOf = (api: FakeApi) => ({ TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url });
const completed = { type: "turn.completed", turnId: "t1", message: "Opened 1 pull request." };
const failed = {
  type: "turn.failed",
  turnId: "t1",
  error: { code: "model_failed", message: "The model refused." },
};
const cancelled = { type: "turn.cancelled", turnId: "t1", message: "Stopped." };

for (const [end, status, word] of [
  [completed, 0, "completed: Opened 1 pull request."],
  [failed, 1, "failed: The model refused."],
  [cancelled, 1, "cancelled: Stopped."],
] as const) {
  test(`session create --wait exits with ${status} after ${end.type}`, async () => {
    await using api = await startFakeApi({
      "POST /session/create": legacySession,
      "GET /v1/sessions/s1": sessionIn("completed"),
      "GET /v1/sessions/s1/events/stream": streamOf([
        { type: "turn.step", step: "provision", message: "Cloning web" },
        { type: "text", text: "I begin." },
        end,
      ]),
    });
    const plain = await runCommand(["session", "create", "x", "--wait"], { env: envOf(api) });
    assert.equal(plain.status, status);
    assert.equal(plain.stdout, `${word}\npull request (open) Fix it http://tembo.example/pr/1\n`);
    assert.match(plain.stderr, /provision: Cloning web\n/);
    assert.doesNotMatch(plain.stdout + plain.stderr, /\x1b/);
    const json = await runCommand(["session", "create", "x", "--wait", "--json"], { env: envOf(api) });
    assert.equal(json.status, status);
    assert.deepEqual(JSON.parse(json.stdout), sessionIn("completed"));
    assert.equal(json.stderr, "");
    const watched = await runCommand(["session", "create", "x", "--watch"], { env: envOf(api) });
    assert.equal(watched.status, status);
    assert.equal(watched.stdout, `provision: Cloning web\nI begin.\n${word}\n`);
  });
}

test("session message --wait waits for the turn that processes its message", async () => {
  await using api = await startFakeApi({
    "POST /session/s1/messages": {
      message: { id: "m2", content: "more", createdAt: "", isQueued: true },
      job: null,
      session: { id: "s1", title: "" },
    },
    "GET /v1/sessions/s1": sessionIn("completed"),
    "GET /v1/sessions/s1/events/stream": streamOf([
      { ...failed, messageId: "m1" },
      { ...completed, messageId: "m2" },
    ]),
  });
  const ran = await runCommand(["session", "message", "s1", "more", "--wait"], { env: envOf(api) });
  assert.equal(ran.status, 0, ran.stderr);
  assert.match(ran.stdout, /^completed/);
  assert.deepEqual(api.asked[0]!.body, { content: "more" });
  const sent = await runCommand(["session", "message", "s1", "-"], { env: envOf(api), input: "by input" });
  assert.deepEqual([sent.status, sent.stdout], [0, "m2\n"]);
  assert.deepEqual(api.asked.at(-1)!.body, { content: "by input" });
});

test("shows color and a progress line on a terminal, and removes escape sequences sent by the server", async () => {
  const evil = "\x1b]0;owned\x07\x1b[2Jtitle\x9b31m \u202eevil";
  await using api = await startFakeApi({
    "POST /session/create": legacySession,
    "GET /v1/sessions/s1": sessionIn("completed"),
    "GET /v1/sessions/s1/events/stream": streamOf([
      { type: "turn.step", step: "work", message: `step ${evil}` },
      { ...completed, message: evil },
    ]),
  });
  const ran = await runCommand(["session", "create", "x", "--wait"], { env: envOf(api), isOnTerminal: true });
  assert.equal(ran.status, 0, ran.stdout);
  assert.match(ran.stdout, /\r\x1b\[2K⠋ .*work: step title/);
  assert.match(ran.stdout, /\x1b\[32mcompleted\x1b\[39m/);
  assert.doesNotMatch(ran.stdout, /owned|\x1b\[2J|\x9b|\u202e/);
  const plain = await runCommand(["session", "create", "x", "--watch"], {
    env: { ...envOf(api), NO_COLOR: "1" },
    isOnTerminal: true,
  });
  assert.equal(plain.status, 0);
  assert.doesNotMatch(plain.stdout, /\x1b\[[0-9;]*m/);
});
