import assert from "node:assert/strict";
import { test } from "node:test";
import type { WireRecord } from "@tembo/contract";
import { createMasker } from "../../base/index.ts";
import { createProtocolMasker } from "./mask-protocol.ts";

const secret = 'hunter-two-"quoted"';
const at = new Date(0).toISOString();

function mask(messages: readonly (object | string)[], value = secret): string[] {
  const masker = createProtocolMasker(createMasker([{ key: "KEY", value }]));
  const records = messages.map(
    (message): WireRecord => ({
      type: "line",
      at,
      direction: "fromHarness",
      text: typeof message === "string" ? message : JSON.stringify(message),
    }),
  );
  const masked = [...records.flatMap((record) => masker.push(record)), ...masker.flush()];
  return masked.map((record) => (record.type === "line" ? record.text : record.type));
}

const update = (inner: object) => ({ method: "session/update", params: { sessionId: "s", update: inner } });
const words = (text: string, sessionUpdate = "agent_message_chunk") =>
  update({ sessionUpdate, content: { type: "text", text } });
const printed = (data: string, toolCallId = "1") =>
  update({ sessionUpdate: "tool_call_update", toolCallId, _meta: { terminal_output: { data } } });

test("masks a secret within a line in keys and values", () => {
  const [line] = mask([{ method: "x", params: { env: secret, [secret]: 1 } }]);
  assert.deepEqual(JSON.parse(line!), { method: "x", params: { env: "[secret KEY]", "[secret KEY]": 1 } });
});

for (const [what, piece] of [
  ["message chunks", (text: string) => words(text)],
  ["thought chunks", (text: string) => words(text, "agent_thought_chunk")],
  ["output chunks", (text: string) => printed(text)],
] as const) {
  test(`masks a secret split across ${what} at any point`, () => {
    for (let cut = 1; cut < secret.length; cut++) {
      const lines = mask([
        piece(`a ${secret.slice(0, cut)}`),
        piece(`${secret.slice(cut)} b`),
        { method: "end" },
      ]);
      const text = lines.join("\n");
      assert.ok(text.includes("[secret KEY]"), text);
      assert.doesNotMatch(text, /hunter|quoted/);
      for (const line of lines) JSON.parse(line);
    }
  });
}

test("control: masking line by line reveals a split secret", () => {
  const masker = createMasker([{ key: "KEY", value: secret }]);
  const lines = [words("hunter-t"), words('wo-"quoted"')].map((one) => masker.mask(JSON.stringify(one)));
  assert.match(lines.join("\n"), /hunter-t/);
});

test("emits held-back text on a separate line before the next record or the end", () => {
  const plain = [words("some hun"), words("gry words hunter"), { method: "other" }, words("hunter-t")];
  const lines = mask(plain).map((line) => JSON.parse(line));
  const text = lines.map(({ params }) => params?.update?.content?.text ?? "|").join("");
  assert.equal(text, "some hungry words hunter|hunter-t");
});

test("masks a secret in one program's output while other programs also print", () => {
  const others = Array.from({ length: 10 }, (_, n) => printed("x", `${n + 2}`));
  const lines = mask([printed("hunter-t"), ...others, words("meanwhile"), printed('wo-"quoted"')]);
  assert.doesNotMatch(lines.join("\n"), /hunter|quoted/);
  assert.ok(lines.join("\n").includes("[secret KEY]"));
});

test("emits the rest of a program's output when it ends", () => {
  const end = update({ sessionUpdate: "tool_call_update", toolCallId: "1", status: "completed" });
  const lines = mask([printed("hunter-t"), words("a"), end]).map((line) => JSON.parse(line).params.update);
  assert.equal(lines.map(({ _meta }) => _meta?.terminal_output.data ?? "").join(""), "hunter-t");
  assert.equal(lines.at(-1).status, "completed");
});

test("emits the complete output of very many concurrent programs", () => {
  const many = Array.from({ length: 200 }, (_, n) => printed("hunter-t", `${n}`));
  const outputs = mask(many).map((line) => JSON.parse(line).params.update._meta.terminal_output.data);
  assert.equal(outputs.join("").length, 200 * "hunter-t".length);
});

test("produces valid JSON when it masks a number", () => {
  const [line] = mask([{ id: 12345678, method: "x" }], "12345678");
  assert.deepEqual(JSON.parse(line!), { id: "[secret KEY]", method: "x" });
});

test("masks invalid and deeply nested JSON as text", () => {
  const deep = `{"method":"session/update","a":"${"hunter-2".repeat(2)}","b":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
  const lines = mask([`no json hunter-2hunter-2 "session/update"`, deep], "hunter-2hunter-2");
  for (const line of lines) assert.doesNotMatch(line, /hunter/);
});

test("passes records through unchanged when there are no secrets", () => {
  const masker = createProtocolMasker(createMasker([]));
  const record: WireRecord = { type: "line", at, direction: "fromHarness", text: "{ as it is }" };
  assert.equal(masker.push(record)[0], record);
});
