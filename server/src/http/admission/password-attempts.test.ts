import assert from "node:assert/strict";
import { test } from "node:test";
import { PasswordAttempts } from "./password-attempts.ts";

function counted() {
  let now = 0;
  const attempts = new PasswordAttempts(() => now);
  const enter = (change: { address?: string; account?: string; knownBrowser?: string } = {}) => {
    const attempt = { address: "10.0.0.1", account: "ada", knownBrowser: null, ...change };
    return attempts.reserve(attempt);
  };
  const pass = (ms: number) => {
    now += ms;
  };
  return { enter, pass };
}
const isRefused = (one: object) => "refusal" in one;

test("admits ten of sixty concurrent attempts per minute", () => {
  const { enter, pass } = counted();
  const all = Array.from({ length: 60 }, () => enter());
  assert.equal(all.filter((one) => !isRefused(one)).length, 10);
  pass(59_999);
  const last = enter();
  assert.ok("refusal" in last && last.refusal.error.code === "rate_limited" && last.refusal.seconds === 1);
  pass(1);
  assert.equal(isRefused(enter()), false);
});

test("does not limit another network or another account after wrong passwords", () => {
  const { enter } = counted();
  for (let n = 0; n < 10; n++) enter();
  assert.equal(isRefused(enter()), true, "control: limits the same network");
  assert.equal(isRefused(enter({ address: "10.0.0.2" })), false);
  assert.equal(isRefused(enter({ account: "grace" })), false);
});

test("limits attempts per account across networks but admits a known browser", () => {
  const { enter } = counted();
  const from = (n: number) => enter({ address: `10.0.1.${n}` });
  assert.equal(Array.from({ length: 120 }, (_, n) => from(n)).filter((one) => !isRefused(one)).length, 100);
  assert.equal(isRefused(from(200)), true, "control: limits the account");
  assert.equal(isRefused(enter({ knownBrowser: "token" })), false);
});

test("limits attempts of a known browser separately", () => {
  const { enter } = counted();
  for (let n = 0; n < 10; n++) assert.equal(isRefused(enter({ knownBrowser: "token" })), false);
  assert.equal(isRefused(enter({ knownBrowser: "token" })), true);
});

test("does not count an attempt with the right password", () => {
  const { enter } = counted();
  for (let n = 0; n < 50; n++) {
    const one = enter();
    assert.ok("takeBack" in one);
    one.takeBack();
  }
});
