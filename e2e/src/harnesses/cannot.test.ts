import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cannot } from "./cannot.ts";
import { formatTable } from "./format-table.ts";

test("docs/harnesses.md gives the reason for every unsupported feature", () => {
  const docs = readFileSync(join(import.meta.dirname, "../../../docs/harnesses.md"), "utf8").replaceAll(
    /\s+/g,
    " ",
  );
  const reasons = Object.values(cannot).flatMap((rows) => Object.values(rows));
  assert.deepEqual(
    reasons.filter((reason) => !docs.includes(reason)),
    [],
  );
});

test("prints a line for each row, and the reasons below the table", () => {
  const rows = [
    { name: "one", does: "", run: async () => {} },
    { name: "two", does: "", run: async () => {} },
  ];
  const table = formatTable(["a", "bc"], rows, (harness, row) =>
    harness === "bc" && row === "two" ? "no: it: never does" : "ok",
  );
  assert.equal(table, "     a   bc\none  ok  ok\ntwo  ok  no\n\nbc, two: it: never does");
});
