import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const SOURCES = join(import.meta.dirname, "..");

/** Finds calls that format numbers, dates or lists. `Intl.supportedValuesOf` is allowed, because it formats nothing. */
const findFormatting = (source: string): readonly string[] =>
  source.match(
    /\.toLocale\w*\(|\.toFixed\(|\.toPrecision\(|\bIntl\.\w*Format\b|\.toDateString\(|\.toTimeString\(/g,
  ) ?? [];

test("no file outside web/src/format formats numbers, dates or lists", () => {
  const paths = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((path) =>
    /\.tsx?$/.test(path),
  );
  const found = paths.flatMap((path) => {
    const calls = findFormatting(readFileSync(join(SOURCES, path), "utf8"));
    return calls.length === 0 ? [] : [path];
  });
  assert.ok(found.length > 0, "control: finds the formatters in web/src/format");
  assert.deepEqual(
    found.filter((path) => !path.startsWith("format/")),
    [],
    "Use a function of web/src/format instead.",
  );
});

test("control: detects each way to format a value", () => {
  const calls = [
    "date.toLocaleString()",
    'date.toLocaleTimeString([], { timeStyle: "short" })',
    "size.toFixed(1)",
    'new Intl.NumberFormat("en")',
    "new Intl.DateTimeFormat().resolvedOptions()",
    'Intl.ListFormat("en")',
    "new Intl.RelativeTimeFormat()",
  ];
  for (const call of calls) assert.equal(findFormatting(`const x = ${call};`).length, 1, call);
  assert.deepEqual(findFormatting('const zones = Intl.supportedValuesOf("timeZone");'), []);
});
