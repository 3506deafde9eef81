import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { pino } from "pino";
import { createLogMask } from "./log-mask.ts";

const one = { key: "TOKEN", value: "first-value-1" };
const other = { key: "TOKEN", value: 'second "value" 2' };

test("masks secrets in log messages, fields and errors", () => {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const logMask = createLogMask();
  const log = pino({ hooks: { streamWrite: logMask.mask } }, destination);
  const speak = () => {
    log.info({ answer: { deep: [`Bearer ${one.value}`] } }, `got ${one.value}`);
    log.error({ err: new Error(`refused ${other.value}`) }, "failed");
  };
  speak();
  assert.match(lines.join(""), /first-value-1.*second/s, "control");
  lines.length = 0;
  logMask.protect("a", [one]);
  logMask.protect("b", [other]);
  speak();
  assert.doesNotMatch(lines.join(""), /first-value-1|second/);
  assert.equal(JSON.parse(lines[0]!).msg, "got [secret TOKEN]", "the line is still valid JSON");
});

test("keeps an owner's earlier secrets masked until the owner is released", () => {
  const logMask = createLogMask();
  assert.equal(logMask.mask(one.value), one.value, "control");
  logMask.protect("a", [one]);
  assert.equal(logMask.mask(one.value), "[secret TOKEN]");
  logMask.protect("a", [other]);
  assert.equal(logMask.mask(one.value), "[secret TOKEN]");
  assert.equal(logMask.mask("'second \"value\" 2'"), "'[secret TOKEN]'");
  logMask.release("a");
  assert.equal(logMask.mask(one.value), one.value);
});

test("masks a value under the key that it was last added with", () => {
  const logMask = createLogMask();
  logMask.protect("a", [one]);
  assert.equal(logMask.mask(one.value), "[secret TOKEN]");
  logMask.protect("a", [{ ...one, key: "RENAMED" }]);
  assert.equal(logMask.mask(one.value), "[secret RENAMED]");
});

test("masks only the newest 1,000 values of an owner", () => {
  const logMask = createLogMask();
  const valueAt = (index: number) => `value-number-${index}-end`;
  for (let index = 0; index < 1_001; index += 1)
    logMask.protect("a", [{ key: "TOKEN", value: valueAt(index) }]);
  assert.equal(logMask.mask(valueAt(0)), valueAt(0));
  assert.equal(logMask.mask(valueAt(1)), "[secret TOKEN]");
});
