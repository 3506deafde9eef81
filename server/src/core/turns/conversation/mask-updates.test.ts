import assert from "node:assert/strict";
import { test } from "node:test";
import { createMasker } from "../../base/index.ts";
import type { HarnessUpdate } from "../harness/harness.ts";
import { createUpdateMasker } from "./mask-updates.ts";

const value = "sesame-open-42";

function maskAll(updates: readonly HarnessUpdate[], secrets = [{ key: "DOOR", value }]): HarnessUpdate[] {
  const masker = createUpdateMasker(createMasker(secrets));
  return [...updates.flatMap((update) => masker.push(update)), ...masker.flush()];
}

const joinText = (updates: readonly HarnessUpdate[], type: "text" | "thought") =>
  updates.map((update) => (update.type === type ? update.text : "")).join("");

test("masks a secret wherever the text is split", () => {
  for (let cut = 1; cut < value.length; cut += 1) {
    const pieces: HarnessUpdate[] = [
      { type: "text", text: `It is ${value.slice(0, cut)}` },
      { type: "text", text: `${value.slice(cut)}, as told.` },
    ];
    assert.equal(joinText(maskAll(pieces), "text"), "It is [secret DOOR], as told.", `cut at ${cut}`);
    assert.match(joinText(maskAll(pieces, []), "text"), /sesame-open-42/, "control");
  }
});

test("emits held-back text before the update that follows it, and loses nothing", () => {
  const plan: HarnessUpdate = { type: "plan", entries: [] };
  const updates = maskAll([
    { type: "text", text: "one sesa" },
    { type: "thought", text: "two sesame" },
    plan,
    { type: "text", text: "three" },
  ]);
  assert.equal(joinText(updates, "text"), "one sesathree");
  assert.equal(joinText(updates, "thought"), "two sesame");
  const kinds = updates.map(({ type }) => type);
  assert.ok(kinds.lastIndexOf("thought") < kinds.indexOf("plan"));
  assert.ok(kinds.indexOf("plan") < kinds.lastIndexOf("text"));
});

test("masks a title before it is truncated", () => {
  const title = `${"x".repeat(75)} ${value}`;
  assert.deepEqual(maskAll([{ type: "title", title }]), [
    { type: "title", title: `${"x".repeat(75)} [secret DOOR]` },
  ]);
  assert.deepEqual(maskAll([{ type: "title", title }], []), [{ type: "title", title }], "control");
});

test("removes a partial secret at the end of truncated output", () => {
  const call = (output: string, newText: string) =>
    ({
      type: "toolCall",
      toolCallId: "1",
      title: "Print",
      kind: "execute",
      status: "completed",
      input: null,
      output,
      exitCode: null,
      diffs: [{ path: "a", oldText: null, newText }],
    }) as const;
  const long = (length: number) => "x".repeat(length - 8) + value.slice(0, 8);
  const cut = call(long(16_000), long(100_000));
  const [masked] = maskAll([cut]);
  assert.ok(masked?.type === "toolCall");
  assert.equal(masked.output, "x".repeat(15_992));
  assert.equal(masked.diffs[0]?.newText, "x".repeat(99_992));
  assert.deepEqual(maskAll([cut], []), [cut], "control");
  const whole = call(`It is ${value.slice(0, 8)}`, value.slice(0, 4));
  assert.deepEqual(maskAll([whole]), [whole], "keeps the end of text that was not truncated");
});
