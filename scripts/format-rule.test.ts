import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { filesThatFormat, findFormatting } from "./format-rule.ts";

const root = join(import.meta.dirname, "..");

function findIn(t: TestContext, files: Readonly<Record<string, string>>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "tembo-format-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return filesThatFormat(folder);
}

// The lists also show that the rule finds the files that format: an empty result fails.
test("only web/src/format formats numbers, dates and lists in the dashboard", () => {
  assert.deepEqual(filesThatFormat(join(root, "web/src")), [
    "format/dates.ts",
    "format/lists.ts",
    "format/numbers.ts",
  ]);
});

test("only cli/src/format.ts formats numbers, dates and lists in the CLI", () => {
  assert.deepEqual(filesThatFormat(join(root, "cli/src")), ["format.ts"]);
});

const calls: readonly string[] = [
  "date.toLocaleString()",
  "date.toLocaleDateString()",
  'date.toLocaleTimeString([], { timeStyle: "short" })',
  "date.toDateString()",
  "date.toTimeString()",
  "size.toFixed(1)",
  "size.toPrecision(2)",
  'new Intl.NumberFormat("en")',
  "new Intl.DateTimeFormat().resolvedOptions()",
  'new Intl.ListFormat("en")',
  "new Intl.RelativeTimeFormat()",
];
for (const call of calls)
  test(`reports a file that formats a value with ${call}`, (t) => {
    const files = { "page/a.tsx": `const x = ${call};`, "page/a.test.ts": `const x = ${call};`, "b.ts": "" };
    assert.deepEqual(findIn(t, files), ["page/a.tsx"]);
  });

test("accepts functions that format nothing", () => {
  const source =
    'const x = [Intl.supportedValuesOf("timeZone"), name.toLocaleLowerCase(), date.toISOString()];';
  assert.deepEqual(findFormatting(source), []);
});

test("rejects a folder without source files", (t) => {
  assert.throws(() => findIn(t, { "a.test.ts": "" }), /No files found/);
});
