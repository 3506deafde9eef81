import assert from "node:assert/strict";
import { test } from "node:test";
import type { HarnessUpdate } from "../ports/harness.ts";
import { createMasker } from "../secret/mask.ts";
import { createUpdateMasker } from "./mask-updates.ts";

const value = "sesame-open-42";

function told(updates: readonly HarnessUpdate[], secrets = [{ key: "DOOR", value }]): HarnessUpdate[] {
  const masker = createUpdateMasker(createMasker(secrets));
  return [...updates.flatMap((update) => masker.push(update)), ...masker.flush()];
}

const textOf = (updates: readonly HarnessUpdate[], type: "text" | "thought") =>
  updates.map((update) => (update.type === type ? update.text : "")).join("");

test("a secret is found wherever the text was cut", () => {
  for (let cut = 1; cut < value.length; cut += 1) {
    const pieces: HarnessUpdate[] = [
      { type: "text", text: `It is ${value.slice(0, cut)}` },
      { type: "text", text: `${value.slice(cut)}, as told.` },
    ];
    assert.equal(textOf(told(pieces), "text"), "It is [secret DOOR], as told.", `cut at ${cut}`);
    assert.match(textOf(told(pieces, []), "text"), /sesame-open-42/, "control");
  }
});

test("text is told before what comes after it, and nothing is lost", () => {
  const plan: HarnessUpdate = { type: "plan", entries: [] };
  const updates = told([
    { type: "text", text: "one sesa" },
    { type: "thought", text: "two sesame" },
    plan,
    { type: "text", text: "three" },
  ]);
  assert.equal(textOf(updates, "text"), "one sesathree");
  assert.equal(textOf(updates, "thought"), "two sesame");
  const kinds = updates.map(({ type }) => type);
  assert.ok(kinds.lastIndexOf("thought") < kinds.indexOf("plan"));
  assert.ok(kinds.indexOf("plan") < kinds.lastIndexOf("text"));
});

test("a secret is masked in a title, which is kept", () => {
  const title: HarnessUpdate = { type: "title", title: `Log in with ${value}` };
  assert.deepEqual(told([title]), [{ type: "title", title: "Log in with [secret DOOR]" }]);
  assert.deepEqual(told([title], []), [title], "control");
});
