import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { WireRecord } from "@tembo/contract";
import { collect } from "../harness-contract.ts";
import { launchSpecs } from "../specs/index.ts";
import { collapseUpdates, replayRecording } from "./replay-recording.ts";

const fixtures = join(import.meta.dirname, "../fixtures");
const names = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ndjson"))
  .map((path) => path.slice(0, -".ndjson".length))
  .sort();
const mend = `Was the driver changed on purpose? Then: node scripts/record-harnesses.ts --events`;

for (const name of names) {
  test(`of the recording ${name} the driver tells what it told before`, async () => {
    const records = readFileSync(join(fixtures, `${name}.ndjson`), "utf8")
      .trimEnd()
      .split("\n");
    const replayed = await collect(replayRecording(records.map((line) => JSON.parse(line) as WireRecord)));
    const expected: unknown = JSON.parse(readFileSync(join(fixtures, `${name}.events.json`), "utf8"));
    assert.deepEqual(collapseUpdates(replayed), expected, mend);
    assert.equal(replayed.at(-1)?.type, "harness.ended");
  });
}

test("five harnesses are recorded, and known", () => {
  const recorded = [...new Set(names.map((name) => name.split("/")[0]!))];
  const known = new Set(launchSpecs.map(({ name }) => name));
  assert.ok(recorded.length >= 5);
  assert.deepEqual(
    recorded.filter((name) => !known.has(name)),
    [],
  );
});
