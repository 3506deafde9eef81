import assert from "node:assert/strict";
import { test } from "node:test";
import { PreviewFailures } from "./preview-failures.ts";

/** Returns the host label of a session's port. */
const at = (session: string, port = 3000) => `${port}-${session.padEnd(16, "a")}`;
const isAdmitted = (failures: PreviewFailures, hostLabel: string, address = "2001:db8::1") =>
  failures.admitted({ address, hostLabel }, ["x"]).length > 0;
function fail(failures: PreviewFailures, hostLabel: string, count: number) {
  for (let n = 0; n < count; n++) failures.noteBad({ address: "2001:db8::1", hostLabel });
}

test("limits one session for a network, and admits the network's tokens for other sessions", () => {
  const failures = new PreviewFailures(3);
  failures.noteGood(at("a"), "good");
  fail(failures, at("a"), 2);
  assert.ok(isAdmitted(failures, at("a")));
  fail(failures, at("a"), 1);
  assert.ok(!isAdmitted(failures, at("a")));
  assert.ok(!isAdmitted(failures, at("a"), "2001:db8::2"), "the same /64 network");
  assert.ok(isAdmitted(failures, at("a"), "2001:db8:1::1"));
  assert.ok(isAdmitted(failures, at("b")));
  const client = { address: "2001:db8::1", hostLabel: at("a") };
  assert.deepEqual(failures.admitted(client, ["x", "good"]), ["good"]);
});

test("does not let a session use up the limit of its address with many ports", () => {
  const failures = new PreviewFailures(3);
  for (let port = 1; port <= 100; port++)
    if (isAdmitted(failures, at("hostile", port))) fail(failures, at("hostile", port), 1);
  assert.ok(!isAdmitted(failures, at("hostile", 101)), "control: the session's limit");
  assert.ok(isAdmitted(failures, at("other")));
});

test("limits an address that fails at many sessions, but not at sessions with a recent link or grant", () => {
  const failures = new PreviewFailures(1);
  failures.noteGood(at("granted"), "good");
  failures.noteLink(at("linked"));
  for (let n = 0; n < 10; n++) {
    assert.ok(isAdmitted(failures, at("other")), String(n));
    fail(failures, at(String.fromCharCode(98 + n)), 1);
  }
  assert.ok(!isAdmitted(failures, at("other")));
  assert.ok(isAdmitted(failures, at("other"), "192.0.2.1"));
  assert.ok(isAdmitted(failures, at("granted", 8000)));
  assert.ok(isAdmitted(failures, at("linked", 8000)));
  fail(failures, at("linked"), 1);
  assert.ok(!isAdmitted(failures, at("linked")), "the session's own limit applies");
});

test("limits nothing with a limit of 0", () => {
  const failures = new PreviewFailures(0);
  fail(failures, at("a"), 100);
  assert.ok(isAdmitted(failures, at("a")));
});
