import assert from "node:assert/strict";
import { test } from "node:test";
import { FailedAuthentications, networkOf } from "./failed-authentications.ts";

function counted(perMinute: number) {
  let now = 0;
  const failures = new FailedAuthentications(perMinute, () => now);
  const pass = (ms: number) => {
    now += ms;
  };
  return { failures, pass };
}

test("rejects an address that sent too many invalid keys, until the minute has passed", () => {
  const { failures, pass } = counted(3);
  for (let n = 0; n < 3; n++) {
    assert.equal(failures.refusal("10.0.0.1", "a"), null);
    failures.noteBad("10.0.0.1");
  }
  const refusal = failures.refusal("10.0.0.1", "a");
  assert.equal(refusal?.error.code, "rate_limited");
  assert.equal(refusal?.seconds, 60);
  assert.equal(failures.refusal("10.0.0.2", "a"), null, "does not limit another address");
  pass(60_000);
  assert.equal(failures.refusal("10.0.0.1", "a"), null);
  failures.noteBad("10.0.0.1");
  assert.equal(failures.refusal("10.0.0.1", "a"), null, "starts a new count after a minute");
});

test("still admits a key that was valid recently", () => {
  const { failures } = counted(1);
  failures.noteGood("good");
  failures.noteBad("10.0.0.1");
  assert.equal(failures.refusal("10.0.0.1", "good"), null);
  assert.notEqual(failures.refusal("10.0.0.1", "other"), null);
});

test("limits the number of remembered addresses", () => {
  const { failures } = counted(1);
  for (let n = 0; n < 20_000; n++) failures.noteBad(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
  assert.equal(failures.addressCount, 10_000);
  assert.notEqual(failures.refusal("10.0.78.31", "a"), null, "remembers the latest addresses");
});

test("counts nothing when the limit is 0", () => {
  const { failures } = counted(0);
  failures.noteBad("10.0.0.1");
  assert.equal(failures.refusal("10.0.0.1", "a"), null);
  assert.equal(failures.addressCount, 0);
});

test("counts IPv6 addresses by their first 64 bits", () => {
  for (const [address, network] of [
    ["127.0.0.1", "127.0.0.1"],
    ["::ffff:10.0.0.1", "10.0.0.1"],
    ["::1", "0:0:0:0"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:db8:1:2::9", "2001:db8:1:2"],
    ["2001:db8::9", "2001:db8:0:0"],
    ["2001::2:3:4:5:6:7", "2001:0:2:3"],
    ["fe80::1%eth0", "fe80:0:0:0"],
  ] as const)
    assert.equal(networkOf(address), network);
});

test("ignores a port that a proxy adds to the address", () => {
  for (const address of ["198.51.100.7:50001", "198.51.100.7:50002", "198.51.100.7"])
    assert.equal(networkOf(address), "198.51.100.7");
  for (const address of ["[2001:db8:1:2::9]:443", "[2001:db8:1:2::8]"])
    assert.equal(networkOf(address), "2001:db8:1:2");
  assert.equal(networkOf("198.51.100.8:50001"), "198.51.100.8", "control");
});
