import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { exitCodes } from "../../../exit-codes.ts";
import { type FakeApi, legacySession, sessionIn, startFakeApi, streamOf } from "../../../testing/fake-api.ts";
import { runCommand } from "../../../testing/run-command.ts";

const envOf = (api: FakeApi) => ({ TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url });
const sent = {
  message: { id: "m2", content: "more", createdAt: "", isQueued: true },
  job: null,
  session: { id: "s1", title: "t" },
};
const waiting = [
  { id: "m1", createdBy: "ada", agent: null, content: "First\nof all", deliveryMode: "steer" },
  { id: "m2", createdBy: null, agent: "codex:gpt", content: "x".repeat(200), deliveryMode: "queue" },
];

test("session message --steer --agent --attach uploads the files first and sends their IDs", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-cli-"));
  try {
    const file = join(folder, "notes.txt");
    writeFileSync(file, "remember");
    await using api = await startFakeApi({
      "POST /v1/attachments": { id: "a1" },
      "POST /session/s1/messages": sent,
      "POST /session/create": legacySession,
    });
    const ran = await runCommand(
      ["session", "message", "s1", "more", "--steer", "--agent", "codex", "--attach", file],
      { env: envOf(api) },
    );
    assert.equal(ran.status, 0, ran.stderr);
    assert.deepEqual(
      api.asked.map(({ line, body }) => [line, body]),
      [
        ["POST /v1/attachments?name=notes.txt", "remember"],
        [
          "POST /session/s1/messages",
          { content: "more", deliveryMode: "steer", agent: "codex", attachments: ["a1"] },
        ],
      ],
    );
    const created = await runCommand(["session", "create", "Look.", "--attach", file], { env: envOf(api) });
    assert.equal(created.status, 0, created.stderr);
    assert.deepEqual(api.asked.at(-1)?.body, { prompt: "Look.", attachments: ["a1"] });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("reports an unreadable attachment, and sends nothing", async () => {
  await using api = await startFakeApi({ "POST /session/s1/messages": sent });
  const ran = await runCommand(["session", "message", "s1", "more", "--attach", "/nonexistent/x"], {
    env: envOf(api),
  });
  assert.equal(ran.status, 1);
  assert.match(ran.stderr, /Could not read the file "\/nonexistent\/x" \(ENOENT\)/);
  assert.deepEqual(api.asked, []);
});

test("session queue prints one line for each queued message", async () => {
  await using api = await startFakeApi({
    "GET /v1/sessions/s1/messages": { items: waiting, nextCursor: null },
  });
  const ran = await runCommand(["session", "queue", "s1"], { env: envOf(api) });
  assert.equal(ran.status, 0, ran.stderr);
  assert.deepEqual(ran.stdout.trimEnd().split("\n"), [
    "steers\tm1\tada\t-\tFirst of all",
    `2\tm2\t-\tcodex:gpt\t${"x".repeat(80)}`,
  ]);
  assert.equal(api.asked[0]?.line, "GET /v1/sessions/s1/messages?state=queued&limit=100");
  const json = await runCommand(["session", "queue", "s1", "--json"], { env: envOf(api) });
  assert.deepEqual(JSON.parse(json.stdout).items, waiting);
});

test("session queue edit, move, steer and delete change a message", async () => {
  await using api = await startFakeApi({
    "PATCH /v1/messages/m1": { id: "m1" },
    "DELETE /v1/messages/m1": { id: "m1", deleted: true },
  });
  const commands = [
    [["edit", "m1", "Other words"], { content: "Other words" }],
    [["move", "m1", "--to", "1"], { position: 0 }],
    [["move", "m1", "--before", "m2"], { beforeMessageId: "m2" }],
    [["steer", "m1"], { deliveryMode: "steer" }],
    [["delete", "m1"], ""],
  ] as const;
  for (const [args, body] of commands) {
    const ran = await runCommand(["session", "queue", ...args], { env: envOf(api) });
    assert.equal(ran.status, 0, ran.stderr);
    assert.match(ran.stdout, /^(Edited|Moved|Steered|Deleted) message m1\.\n$/);
    assert.deepEqual(api.asked.at(-1)?.body, body);
  }
  for (const args of [["m1"], ["m1", "--to", "0"], ["m1", "--to", "1", "--before", "m2"]])
    assert.notEqual((await runCommand(["session", "queue", "move", ...args], { env: envOf(api) })).status, 0);
});

test("session message --steer --wait waits for the turn that received the message", async () => {
  await using api = await startFakeApi({
    "POST /session/s1/messages": sent,
    "GET /v1/sessions/s1": sessionIn("completed"),
    "GET /v1/sessions/s1/events/stream": streamOf([
      { type: "turn.completed", turnId: "t0", message: "Before.", messageId: "m0" },
      { type: "message.steered", turnId: "t1", how: "injected", messageId: "m2" },
      { type: "turn.completed", turnId: "t1", message: "Done.", messageId: "m1" },
    ]),
  });
  const ran = await runCommand(["session", "message", "s1", "more", "--steer", "--wait"], {
    env: envOf(api),
  });
  assert.equal(ran.status, 0, ran.stderr);
  assert.match(ran.stdout, /Done\./);
});

test("session message --wait exits with 1 when the message is deleted", async () => {
  await using api = await startFakeApi({
    "POST /session/s1/messages": sent,
    "GET /v1/sessions/s1": sessionIn("completed"),
    "GET /v1/sessions/s1/events/stream": streamOf([{ type: "message.deleted", messageId: "m2" }]),
  });
  const ran = await runCommand(["session", "message", "s1", "more", "--wait"], { env: envOf(api) });
  assert.equal(ran.status, exitCodes.failed.code, ran.stderr);
  assert.match(ran.stdout, /The message was deleted before its turn started/);
});
