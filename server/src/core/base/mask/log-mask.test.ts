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

test("replaces an owner's secrets, and keeps those of other owners", () => {
  const logMask = createLogMask();
  assert.equal(logMask.mask(one.value), one.value, "control");
  logMask.protect("session:a", [one]);
  logMask.protect("session:b", [one, other]);
  logMask.protect("session:a", [other]);
  assert.equal(logMask.mask(one.value), "[secret TOKEN]");
  logMask.protect("session:b", []);
  assert.equal(logMask.mask(one.value), one.value);
  assert.equal(logMask.mask("'second \"value\" 2'"), "'[secret TOKEN]'");
});

test("releases an owner's secrets only if no other owner has them", () => {
  const logMask = createLogMask();
  logMask.protect("integration:a", [one, one]);
  logMask.protect("session:b", [one]);
  logMask.release("integration:a");
  logMask.release("unknown");
  assert.equal(logMask.mask(one.value), "[secret TOKEN]");
  logMask.release("session:b");
  assert.equal(logMask.mask(one.value), one.value);
});

test("masks a value under the key that it was last set with", () => {
  const logMask = createLogMask();
  logMask.protect("session:a", [one]);
  assert.equal(logMask.mask(one.value), "[secret TOKEN]");
  logMask.protect("session:b", [{ ...one, key: "RENAMED" }]);
  assert.equal(logMask.mask(one.value), "[secret RENAMED]");
});

test("keeps the secrets of the 1,000 owners that were set last", () => {
  const logMask = createLogMask();
  logMask.protect("session:first", [one]);
  logMask.protect("session:second", [other]);
  logMask.protect("session:first", [one]);
  for (let index = 0; index < 999; index += 1) logMask.protect(`session:${index}`, []);
  assert.equal(logMask.mask(one.value), "[secret TOKEN]");
  assert.equal(logMask.mask(other.value), other.value);
});
