import assert from "node:assert/strict";
import { test } from "node:test";
import { PreviewFailures } from "./preview-failures.ts";

const client = (hostLabel: string, address = "2001:db8::1") => ({ address, hostLabel });
const isAdmitted = (failures: PreviewFailures, ...given: Parameters<typeof client>) =>
  failures.admitted(client(...given), ["x"]).length > 0;
function fail(failures: PreviewFailures, hostLabel: string, count: number) {
  for (let n = 0; n < count; n++) failures.noteBad(client(hostLabel));
}

test("limits one preview host for a network, and admits the network's tokens for other hosts", () => {
  const failures = new PreviewFailures(3);
  failures.noteGood("good");
  fail(failures, "a", 2);
  assert.ok(isAdmitted(failures, "a"));
  fail(failures, "a", 1);
  assert.ok(!isAdmitted(failures, "a"));
  assert.ok(!isAdmitted(failures, "a", "2001:db8::2"), "the same /64 network");
  assert.ok(isAdmitted(failures, "a", "2001:db8:1::1"));
  assert.ok(isAdmitted(failures, "b"));
  assert.deepEqual(failures.admitted(client("a"), ["x", "good"]), ["good"]);
});

test("limits an address that fails at many hosts", () => {
  const failures = new PreviewFailures(1);
  for (let n = 0; n < 10; n++) {
    assert.ok(isAdmitted(failures, "other"), String(n));
    fail(failures, `host-${n}`, 1);
  }
  assert.ok(!isAdmitted(failures, "other"));
  assert.ok(isAdmitted(failures, "other", "192.0.2.1"));
});

test("limits nothing with a limit of 0", () => {
  const failures = new PreviewFailures(0);
  fail(failures, "a", 100);
  assert.ok(isAdmitted(failures, "a"));
});
