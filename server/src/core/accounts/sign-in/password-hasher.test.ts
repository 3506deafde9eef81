import assert from "node:assert/strict";
import { test } from "node:test";
import { PasswordHasher } from "./password-hasher.ts";

const requester = { isKnown: false, source: "192.0.2.7" };

test("matches a password only with its own hash, in any Unicode composition", async () => {
  const hasher = new PasswordHasher();
  const hash = await hasher.hash("caf\u00e9 au lait", requester);
  assert.match(hash, /^scrypt\$131072\$8\$1\$[\w+/]{22}==\$[\w+/]{43}=$/);
  assert.equal(await hasher.isRight("cafe\u0301 au lait", hash, requester), true);
  assert.equal(await hasher.isRight("cafe au lait", hash, requester), false);
  assert.equal(await hasher.isRight("", null, requester), false);
  assert.notEqual(await hasher.hash("caf\u00e9 au lait", requester), hash, "each hash has its own salt");
});

test("verifies a hash with the parameters stored in it", async () => {
  // RFC 7914, section 12, truncated to 32 bytes: scrypt("", "", N=16, r=1, p=1).
  const key = Buffer.from("77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442", "hex");
  const hash = `scrypt$16$1$1$$${key.toString("base64")}`;
  assert.equal(await new PasswordHasher().isRight("", hash, requester), true);
  assert.equal(await new PasswordHasher().isRight("x", hash, requester), false);
});
