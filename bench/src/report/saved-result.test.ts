import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readResults } from "./saved-result.ts";

test("reads results in the order of the benches, with the command of each", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tembo-bench-results-"));
  try {
    const stored = [
      { name: "zeal" },
      { name: "idle", command: "npm run bench -- idle --x 1" },
      { name: "api-20000", command: "npm run bench -- api --sessions 20000" },
      { name: "api" },
    ];
    for (const result of stored) await writeFile(join(folder, `${result.name}.json`), JSON.stringify(result));
    await writeFile(join(folder, "idle.json.tmp"), "{");
    const results = await readResults(folder, ["api", "idle"]);
    assert.deepEqual(
      results.map(({ name, command, isWarm }) => [name, command, isWarm]),
      [
        ["api", "npm run bench -- api", false],
        ["api-20000", "npm run bench -- api --sessions 20000", true],
        ["idle", "npm run bench -- idle --x 1", true],
        ["zeal", "npm run bench -- zeal", false],
      ],
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
