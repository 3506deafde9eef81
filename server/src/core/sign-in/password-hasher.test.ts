import assert from "node:assert/strict";
import { test } from "node:test";
import { PasswordHasher } from "./password-hasher.ts";

test("a password is right for its own hash, however its letters are composed, and nothing else is", async () => {
  const hasher = new PasswordHasher();
  const hash = await hasher.hash("caf\u00e9 au lait");
  assert.match(hash, /^scrypt\$131072\$8\$1\$[\w+/]{22}==\$[\w+/]{43}=$/);
  assert.equal(await hasher.isRight("cafe\u0301 au lait", hash), true);
  assert.equal(await hasher.isRight("cafe au lait", hash), false);
  assert.equal(await hasher.isRight("", null), false);
  assert.notEqual(await hasher.hash("caf\u00e9 au lait"), hash, "each has its own salt");
});

test("a hash of other parameters is checked with its own", async () => {
  // RFC 7914, section 12, cut to 32 bytes: scrypt("", "", N=16, r=1, p=1).
  const key = Buffer.from("77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442", "hex");
  const hash = `scrypt$16$1$1$$${key.toString("base64")}`;
  assert.equal(await new PasswordHasher().isRight("", hash), true);
  assert.equal(await new PasswordHasher().isRight("x", hash), false);
});

test("beyond those that wait, more are refused", async () => {
  const hasher = new PasswordHasher(2 ** 10);
  const hash = await hasher.hash("x");
  const all = await Promise.allSettled(Array.from({ length: 34 }, () => hasher.isRight("x", hash)));
  const refused = all.filter((one) => one.status === "rejected");
  assert.equal(refused.length, 2, "two are hashed and thirty wait");
  for (const { reason } of refused) assert.equal(reason.code, "rate_limited");
  assert.equal(await hasher.isRight("x", hash), true, "when they are done, others are heard");
});
