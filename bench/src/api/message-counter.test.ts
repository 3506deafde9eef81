import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageCounter } from "./message-counter.ts";

const message = (type: string, body: string) => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + Buffer.byteLength(body));
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body)]);
};

/** Startup, a prepared statement, two executions and a simple query, whose text contains the letters of executions. */
const sent = Buffer.concat([
  message("", "user\0tembo\0\0"),
  message("P", "one\0select 1\0\0\0"),
  message("B", "\0one\0\0\0"),
  message("E", "\0\0\0\0\0"),
  message("S", ""),
  message("B", "\0one\0\0\0"),
  message("E", "\0\0\0\0\0"),
  message("Q", "listen QE\0"),
]);

test("counts executions and simple queries", () => {
  const counter = new MessageCounter();
  counter.add(sent);
  assert.equal(counter.executed, 3);
});

test("counts the same statements if each byte arrives separately", () => {
  const counter = new MessageCounter();
  for (const byte of sent) counter.add(Buffer.from([byte]));
  assert.equal(counter.executed, 3);
});
