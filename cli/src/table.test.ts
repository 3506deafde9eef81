import assert from "node:assert/strict";
import { test } from "node:test";
import { textWidth } from "./screen/text-width.ts";
import { printFields, printTable } from "./table.ts";
import { createRecordingTerminal } from "./testing/recording-terminal.ts";

const id = "01a21538-ad00-74f8-ab38-5470aac01c94";
const heading = ["ID", "CREATED", "TITLE", "URL"];
const rows = [
  [id, "2026-11-26T00:19:25.568Z", "日本語のとても長いタイトルです、まだ終わらない", "http://x/1"],
  [id, "2026-11-26T00:19:25.568Z", "short\nand more", "http://x/2"],
];

function printed(columns: number | null): string[] {
  const terminal = createRecordingTerminal(columns);
  printTable(terminal, heading, rows);
  return terminal.lines;
}

test("prints untruncated rows separated by tabs when piped", () => {
  assert.deepEqual(
    printed(null),
    rows.map((row) => row.join("\t").replace("\n", " ")),
  );
});

test("aligns every column on a terminal, regardless of the content", () => {
  const lines = printed(200);
  assert.equal(lines.length, 3);
  const places = lines.map((line) => textWidth(line.slice(0, line.search(/URL|http/))));
  assert.equal(new Set(places).size, 1);
  assert.match(lines[1]!, /Nov 26, 12:19 AM/);
});

test("shortens text on a narrow terminal, but neither IDs nor URLs", () => {
  const lines = printed(90);
  for (const line of lines) assert.ok(textWidth(line) <= 90, line);
  assert.match(lines[1]!, new RegExp(`^${id} .*… +http://x/1$`));
  for (const line of printed(20).slice(1)) assert.match(line, new RegExp(`^${id} .*http://x/\\d$`));
});

test("aligns fields, and omits those without a value", () => {
  const terminal = createRecordingTerminal();
  printFields(terminal, [
    ["id", "1"],
    ["branch", null],
    ["long name", "2"],
  ]);
  assert.deepEqual(terminal.lines, ["id:        1", "long name: 2"]);
});
