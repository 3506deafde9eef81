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

test("replaces an organization's old secrets with the new ones", () => {
  const logMask = createLogMask();
  logMask.protect("a", [one]);
  logMask.protect("a", [other]);
  assert.equal(logMask.mask(one.value), one.value);
  assert.equal(logMask.mask("'second \"value\" 2'"), "'[secret TOKEN]'");
});
