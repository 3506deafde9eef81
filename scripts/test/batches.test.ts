import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createBatches } from "./batches.ts";
import { loneFiles } from "./lone-files.ts";

const root = join(import.meta.dirname, "../..");

test("each lone file exists", () => {
  assert.deepEqual(
    Object.keys(loneFiles).filter((file) => !existsSync(join(root, file))),
    [],
  );
});

test("puts each lone file into a batch of its own, before the shared ones of similar size", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-batches-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [lone] = Object.keys(loneFiles);
  const files = [...Array.from({ length: 9 }, (_, index) => `server/src/${index}.test.ts`), lone!];
  const { entries, running } = createBatches(files, { folder, maxFiles: 4, limitMs: 1_000 });
  assert.deepEqual(entries, entries.toSorted());
  const filesOf = (entry: string): string[] =>
    /"files":(\[.*?\])/
      .exec(readFileSync(entry, "utf8"))!
      .slice(1)
      .flatMap((list) => JSON.parse(list));
  assert.deepEqual(
    entries.map((entry) => filesOf(entry).length),
    [1, 3, 3, 3],
  );
  assert.deepEqual(entries.flatMap(filesOf), [lone, ...files.slice(0, -1)]);
  assert.deepEqual(running(), []);
});
