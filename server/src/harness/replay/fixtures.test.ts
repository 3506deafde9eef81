import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { WireRecord } from "@tembo/contract";
import { collect } from "../harness-contract.ts";
import { launchSpecs } from "../plug-ins.ts";
import { collapseUpdates, replayRecording } from "./replay-recording.ts";

const fixtures = join(import.meta.dirname, "../fixtures");
const names = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ndjson"))
  .map((path) => path.slice(0, -".ndjson".length))
  .sort();
const fix = `Was the driver changed on purpose? Then: node scripts/record-harnesses.ts --events`;

for (const name of names) {
  test(`the driver replays the recording ${name} to the same updates`, async () => {
    const records = readFileSync(join(fixtures, `${name}.ndjson`), "utf8")
      .trimEnd()
      .split("\n");
    const replayed = await collect(replayRecording(records.map((line) => JSON.parse(line) as WireRecord)));
    const expected: unknown = JSON.parse(readFileSync(join(fixtures, `${name}.events.json`), "utf8"));
    assert.deepEqual(collapseUpdates(replayed), expected, fix);
    assert.equal(replayed.at(-1)?.type, "harness.ended");
  });
}

test("recordings exist for at least five harnesses, all of them known", () => {
  const recorded = [...new Set(names.map((name) => name.split("/")[0]!))];
  const known = new Set(launchSpecs.map(({ name }) => name));
  assert.ok(recorded.length >= 5);
  assert.deepEqual(
    recorded.filter((name) => !known.has(name)),
    [],
  );
});

/** Patterns by case. `lines` must match the recording, and `events` must match the events that the driver produces from it. */
const proofs: Readonly<Record<string, { readonly lines?: RegExp; readonly events?: RegExp }>> = {
  plan: { events: /"type": "plan",\s+"entries": \[\s+\{\s+"content": "Look"/ },
  mcp: { events: /It is vanilla/ },
  image: { lines: /\\"type\\":\\"image\\"/ },
  resume: { lines: /^\{"type":"begin"[^\n]*"conversationId":"/, events: /"output": "one/ },
};

for (const [name, { lines = /./, events = /./ }] of Object.entries(proofs)) {
  test(`the recordings named ${name} contain what the name promises`, () => {
    const found = names.filter((one) => one.endsWith(`/${name}`));
    assert.ok(found.length > 0);
    for (const one of found) {
      assert.match(readFileSync(join(fixtures, `${one}.ndjson`), "utf8"), lines, one);
      assert.match(readFileSync(join(fixtures, `${one}.events.json`), "utf8"), events, one);
    }
  });
}
