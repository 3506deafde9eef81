import assert from "node:assert/strict";
import { test } from "node:test";
import { limitRepeats } from "./limit-repeats.ts";
import type { Logger } from "./logger.ts";

function recorder() {
  const lines: [level: string, fields: object, message: string][] = [];
  const record = (level: string) => (fields: object, message: string) =>
    void lines.push([level, fields, message]);
  const log: Logger = { info: record("info"), warn: record("warn"), error: record("error") };
  return { log, lines };
}

test("logs a repeated message once every 30 s, with the number of suppressed repeats", () => {
  const { log, lines } = recorder();
  let nowMs = 0;
  const limited = limitRepeats(log, () => nowMs);
  for (; nowMs < 60_000; nowMs += 250) limited.warn({ at: nowMs }, "the database is not reachable");
  limited.warn({ at: nowMs }, "the database is not reachable");
  assert.deepEqual(lines, [
    ["warn", { at: 0 }, "the database is not reachable"],
    ["warn", { at: 30_000, repeated: 119 }, "the database is not reachable"],
    ["warn", { at: 60_000, repeated: 119 }, "the database is not reachable"],
  ]);
});

test("logs messages with a different text or level without delay", () => {
  const { log, lines } = recorder();
  const limited = limitRepeats(log, () => 0);
  limited.warn({}, "one");
  limited.warn({}, "two");
  limited.error({}, "one");
  assert.equal(lines.length, 3);
});
