import assert from "node:assert/strict";
import { test } from "node:test";
import { asSentence, rootReason, withReason, withStartReason } from "./errors.ts";

test("ends a foreign text with exactly one period", () => {
  assert.equal(asSentence("connection reset"), "connection reset.");
  assert.equal(asSentence("Connection reset. "), "Connection reset.");
  assert.equal(asSentence("loading..."), "loading.");
  assert.equal(
    asSentence(new Error("connect ECONNREFUSED\n  127.0.0.1:1,")),
    "connect ECONNREFUSED 127.0.0.1:1.",
  );
});

test("leaves a final question mark or exclamation mark, and an empty text", () => {
  assert.equal(asSentence("Is the server running?"), "Is the server running?");
  assert.equal(asSentence("Denied!"), "Denied!");
  assert.equal(asSentence(" . "), "");
});

test("returns the message of the error that a chain of causes begins with", () => {
  const refused = new Error("connect ECONNREFUSED ::1:1");
  const both = new AggregateError([refused, new Error("connect ECONNREFUSED 127.0.0.1:1")], "");
  assert.equal(rootReason(new TypeError("fetch failed", { cause: both })), refused.message);
  assert.equal(rootReason(new Error("plain")), "plain");
  assert.equal(rootReason("text"), "text");
});

test("appends a reason after a colon, and omits an empty reason", () => {
  assert.equal(withReason("The request failed", new Error("No route.")), "The request failed: No route.");
  assert.equal(withReason("The request failed", new Error("")), "The request failed.");
});

test("explains a program that cannot be started, with a fix only for its reason", () => {
  const explain = (code?: string) =>
    withStartReason("x cannot be started", Object.assign(new Error("why"), { code }), "Install x.");
  assert.equal(explain("ENOENT"), "x cannot be started: why. Install x.");
  assert.match(
    explain("EMFILE"),
    /^x cannot be started: why\. Raise the limit of open files \(ulimit -n\)\.$/,
  );
  assert.equal(explain("ENFILE"), explain("EMFILE"));
  assert.match(explain("EAGAIN"), /Raise the limit of processes/);
  assert.match(explain("E2BIG"), /Shorten its arguments/);
  for (const code of ["EACCES", "constructor", undefined])
    assert.equal(explain(code), "x cannot be started: why.");
});
