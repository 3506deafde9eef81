import assert from "node:assert/strict";
import { test } from "node:test";
import { type FakeApi, recorded, startFakeApi } from "../../../testing/fake-api.ts";
import { runCommand } from "../../../testing/run-command.ts";

const at = (second: number) => new Date(second * 1000).toISOString();
const begin = {
  type: "begin",
  at: at(0),
  turnId: "t1",
  turnNumber: 1,
  attempt: 1,
  messageId: "m1",
  harness: "of-another-time",
  model: "x",
  mode: "build",
  cwd: "/w",
  conversationId: "c1",
};
const line = (direction: string, message: object, second = 1) => ({
  type: "line",
  at: at(second),
  direction,
  text: JSON.stringify({ jsonrpc: "2.0", ...message }),
});
const textLine = (text: string) =>
  line("fromHarness", {
    method: "session/update",
    params: {
      sessionId: "c1",
      update: { sessionUpdate: "agent_message_chunk", content: { type: "text", text } },
    },
  });
const prompt = line("toHarness", {
  id: 7,
  method: "session/prompt",
  params: { sessionId: "c1", prompt: [{ type: "text", text: "go" }] },
});
const end = line("fromHarness", { id: 7, result: { stopReason: "end_turn" } });
const turn = [begin, prompt, textLine("Hello "), textLine("there"), end];
const events = [
  { type: "turn.started", turnId: "t1", number: 1 },
  { type: "text", text: "Hel" },
  { type: "notice", message: "of the product" },
  { type: "text", text: "lo there" },
  { type: "harness.ended", stopReason: "endTurn" },
];

const ndjson = (records: readonly object[]) => records.map((one) => `${JSON.stringify(one)}\n`).join("");

async function replay(records: readonly object[], announced: readonly object[], ...args: string[]) {
  await using api: FakeApi = await startFakeApi({
    "GET /v1/sessions/s1/wire": (_, response) =>
      void response.writeHead(200, { "content-type": "application/x-ndjson" }).end(ndjson(records)),
    "GET /v1/sessions/s1/events": { items: recorded(announced), nextCursor: null },
  });
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  const ran = await runCommand(["session", "replay", "s1", ...args], { env });
  return { ...ran, asked: api.asked.map((one) => one.line) };
}

test("session replay prints a recording in the format of session watch", async () => {
  const { status, stdout, asked } = await replay(turn, [], "--turn", "1");
  assert.equal(status, 0);
  assert.equal(stdout, "turn 1, attempt 1 of-another-time:x\nHello there\n");
  assert.deepEqual(asked, ["GET /v1/sessions/s1/wire?turn=1"]);
});

test("session replay --diff ignores how identical text was split into events", async () => {
  const { status, stdout } = await replay(turn, events, "--diff");
  assert.deepEqual([status, stdout], [0, "turn 1 no differences\n"]);
});

test("session replay --diff prints the differences and exits with 1", async () => {
  const { status, stdout } = await replay(turn, [...events.slice(0, 2), events[4]!], "--diff");
  assert.equal(status, 1);
  assert.equal(
    stdout,
    'turn 1 2 differences\n- {"type":"text","text":"Hel"}\n+ {"type":"text","text":"Hello there"}\n',
  );
});

test("session replay --raw prints the recording itself", async () => {
  const { status, stdout } = await replay(turn, [], "--raw");
  assert.equal(status, 0);
  assert.deepEqual(
    stdout
      .trimEnd()
      .split("\n")
      .map((one) => JSON.parse(one)),
    turn,
  );
});

test("session replay reports gaps, a failed harness and an empty recording", async () => {
  const gap = { type: "dropped", at: at(2), lines: 5 };
  const cut = await replay([begin, prompt, textLine("half"), gap], []);
  assert.equal(cut.status, 0);
  assert.match(cut.stdout, /half\n/);
  assert.match(cut.stderr, /The recording lacks 5 lines/);
  assert.match(cut.stderr, /The replay stopped: of-another-time .*while it worked on the prompt/);
  const nothing = await replay([], []);
  assert.match(nothing.stderr, /No recording was found/);
});
