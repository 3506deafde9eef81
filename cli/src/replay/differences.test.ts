import assert from "node:assert/strict";
import { test } from "node:test";
import { differencesOf } from "./differences.ts";

const text = (words: string) => ({ type: "text", text: words });
const marks = (left: readonly object[], right: readonly object[]) =>
  differencesOf(left as never, right as never).map(
    ({ side, update }) => `${side === "recorded" ? "-" : "+"}${(update as { text?: string }).text}`,
  );

test("finds no differences between equal transcripts, regardless of product events between their events", () => {
  assert.deepEqual(marks([{ type: "turn.started" }, text("a"), { type: "notice" }], [text("a")]), []);
});

test("reports only events that one side lacks, and realigns after each difference", () => {
  const left = ["a", "b", "c", "d"].map(text);
  const right = ["a", "x", "c", "d", "e"].map(text);
  assert.deepEqual(marks(left, right), ["-b", "+x", "+e"]);
  assert.deepEqual(marks(left, []), ["-a", "-b", "-c", "-d"]);
  assert.deepEqual(marks([], right.slice(0, 1)), ["+a"]);
});

test("compares long transcripts without common events", () => {
  const left = Array.from({ length: 3_000 }, (_, n) => text(`l${n}`));
  const right = Array.from({ length: 3_000 }, (_, n) => text(`r${n}`));
  assert.equal(marks(left, right).length, 6_000);
});
