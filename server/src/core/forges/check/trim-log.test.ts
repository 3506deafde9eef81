import assert from "node:assert/strict";
import { test } from "node:test";
import { trimLog } from "./trim-log.ts";

const lines = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index));

test("keeps a short log unchanged", () => {
  assert.equal(trimLog("one\ntwo\n"), "one\ntwo");
  assert.equal(trimLog(""), "");
});

test("keeps the error lines of a long log with their surrounding lines, and the end of the log", () => {
  const log = lines(1000, (index) => `step ${index}`);
  log[300] = "src/a.ts(3,1): error TS2322: no";
  const trimmed = trimLog(log.join("\n")).split("\n");
  assert.ok(trimmed.includes("src/a.ts(3,1): error TS2322: no"));
  for (const near of ["step 297", "step 308", "step 999", "step 960"])
    assert.ok(trimmed.includes(near), near);
  for (const far of ["step 296", "step 309", "step 959"]) assert.ok(!trimmed.includes(far), far);
  assert.ok(trimmed.includes("[297 lines omitted]"));
});

test("control: keeps only the end of a log without errors", () => {
  const log = lines(1000, (index) => (index === 300 ? "0 errors, no failures" : `step ${index}`)).join("\n");
  assert.equal(trimLog(log).split("\n").length, 41);
});

test("recognizes error lines of many tools", () => {
  const tongues = [
    "TypeError: x is not a function",
    "FAIL src/a.test.ts",
    "not ok 3 - adds",
    "✖ adds",
    "E   assert 1 == 2",
    "panic: runtime error",
    "thread 'main' panicked at src/main.rs",
    "fatal: not a git repository",
    "npm ERR! code 1",
    "Traceback (most recent call last):",
    "java.lang.NullPointerException",
    "Process exited with code 1",
    "expected 3 but got 4",
    "undefined reference to `main'",
    "Segmentation fault",
  ];
  for (const line of tongues) {
    const log = [...lines(100, () => "ok"), line, ...lines(100, () => "fine")].join("\n");
    assert.ok(trimLog(log).includes(line), line);
  }
});

test("limits the lines and the length of a trimmed log, and keeps the first errors and the end", () => {
  const many = lines(20_000, (index) => `error ${index}`).join("\n");
  const trimmed = trimLog(many).split("\n");
  assert.ok(trimmed.filter((line) => line.startsWith("error")).length <= 200);
  assert.ok(trimmed.includes("error 0") && trimmed.includes("error 19999"));
  const long = lines(300, (index) => `error ${index} ${"x".repeat(2000)}`).join("\n");
  const cut = trimLog(long);
  assert.ok(cut.length <= 17_000, String(cut.length));
  assert.ok(cut.includes("error 0 ") && cut.includes("error 299 "));
});
