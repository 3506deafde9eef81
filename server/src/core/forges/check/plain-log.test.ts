import assert from "node:assert/strict";
import { test } from "node:test";
import { plainLog } from "./plain-log.ts";

const cases: readonly (readonly [what: string, log: string, plain: string])[] = [
  ["colors", "\u001b[31mred\u001b[0m \u001b[1;38;5;200mbold\u001b[m", "red bold"],
  [
    "links and titles",
    "\u001b]8;;https://x.example\u0007text\u001b]8;;\u001b\\ \u001b]0;title\u0007end",
    "text end",
  ],
  ["single escapes", "\u001b(Ba\u001b7b\u001bMc", "abc"],
  ["text overwritten after a carriage return", "10%\r50%\r100%\ndone\r\n", "100%\ndone\n"],
  [
    "GitHub's timestamps",
    "2026-01-02T03:04:05.1234567Z ##[error]broken\r\n2026-01-02T03:04:05.2Z",
    "##[error]broken\n",
  ],
  [
    "GitLab's timestamps",
    "2026-01-02T03:04:05.123456Z 01O broken\n2026-01-02T03:04:05.123456Z 00E+more",
    "broken\nmore",
  ],
  ["GitLab's sections", "section_start:1700000000:test\r\u001b[0KRunning", "Running"],
  ["other timestamps", "[2026-01-02 03:04:05,678] broken\n2026-01-02 03:04:05+01:00 it", "broken\nit"],
  ["control characters", "a\u0000b\u0008c\u009ad", "abcd"],
  ["keeps indentation", "    at f (a.ts:1)\n\tb", "    at f (a.ts:1)\n\tb"],
  ["keeps dates within a line", "built 2026-01-02T03:04:05Z", "built 2026-01-02T03:04:05Z"],
  ["empty log", "", ""],
];
for (const [what, log, plain] of cases) {
  test(`converts a log to plain text: ${what}`, () => assert.equal(plainLog(log), plain));
}

test("removes an unterminated escape sequence only up to the end of its line", () => {
  assert.equal(plainLog("\u001b]0;never\nnext"), "\nnext");
  assert.equal(plainLog(`${"\u001b[".repeat(20_000)}x`).includes("\u001b"), false);
});
