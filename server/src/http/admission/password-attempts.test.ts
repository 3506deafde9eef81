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

test("of sixty that are entered at once ten are hashed", () => {
  const { enter, pass } = counted();
  const all = Array.from({ length: 60 }, () => enter());
  assert.equal(all.filter((one) => !isRefused(one)).length, 10);
  pass(59_999);
  const last = enter();
  assert.ok("refusal" in last && last.refusal.error.code === "rate_limited" && last.refusal.seconds === 1);
  pass(1);
  assert.equal(isRefused(enter()), false);
});

test("wrong passwords from one network leave another network and another account alone", () => {
  const { enter } = counted();
  for (let n = 0; n < 10; n++) enter();
  assert.equal(isRefused(enter()), true, "the control");
  assert.equal(isRefused(enter({ address: "10.0.0.2" })), false);
  assert.equal(isRefused(enter({ account: "grace" })), false);
});

test("many networks together have a limit for an account, and a known browser passes", () => {
  const { enter } = counted();
  const from = (n: number) => enter({ address: `10.0.1.${n}` });
  assert.equal(Array.from({ length: 120 }, (_, n) => from(n)).filter((one) => !isRefused(one)).length, 100);
  assert.equal(isRefused(from(200)), true, "the control");
  assert.equal(isRefused(enter({ knownBrowser: "token" })), false);
});

test("a known browser has a limit of its own", () => {
  const { enter } = counted();
  for (let n = 0; n < 10; n++) assert.equal(isRefused(enter({ knownBrowser: "token" })), false);
  assert.equal(isRefused(enter({ knownBrowser: "token" })), true);
});

test("a right password is taken back", () => {
  const { enter } = counted();
  for (let n = 0; n < 50; n++) {
    const one = enter();
    assert.ok("takeBack" in one);
    one.takeBack();
  }
});
