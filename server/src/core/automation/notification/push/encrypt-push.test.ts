import assert from "node:assert/strict";
import { test } from "node:test";
import { arePushKeys, encryptPush, maxPushBytes } from "./encrypt-push.ts";
import { createBrowser } from "./testing/browser.ts";
import example from "./testing/fixtures/rfc-8291.json" with { type: "json" };

const decoded = (text: string) => Buffer.from(text, "base64url");

/** Values of the example in appendix A of RFC 8291. */
const random = { salt: decoded(example.salt), privateKey: decoded(example.privateKey) };

test("encrypts the example of RFC 8291 to the same bytes", () => {
  const body = encryptPush(Buffer.from(example.content), example, random);
  assert.equal(body.toString("base64url"), example.body);
});

test("encrypts with a new key each time, and the browser reads it", () => {
  const browser = createBrowser();
  const bodies = [1, 2].map(() => encryptPush(Buffer.from("ünïcode"), browser.keys));
  assert.notDeepEqual(bodies[0], bodies[1]);
  for (const body of bodies) assert.equal(browser.decrypt(body).toString(), "ünïcode");
  const changed = Buffer.from(bodies[0]!);
  changed[changed.length - 1]! ^= 1;
  assert.throws(() => browser.decrypt(changed), "control: the browser detects a changed byte");
});

test("accepts the largest message and rejects a larger one", () => {
  const browser = createBrowser();
  assert.equal(browser.decrypt(encryptPush(Buffer.alloc(maxPushBytes), browser.keys)).length, maxPushBytes);
  assert.throws(() => encryptPush(Buffer.alloc(maxPushBytes + 1), browser.keys), RangeError);
});

test("recognizes keys of another length, and a point that is not on the curve", () => {
  const { p256dh, auth } = example;
  const keys = { p256dh, auth };
  assert.equal(arePushKeys(keys), true);
  const point = decoded(keys.p256dh);
  point[64]! ^= 1;
  for (const change of [
    { auth: "AAAA" },
    { p256dh: "AAAA" },
    { p256dh: point.toString("base64url") },
    { p256dh: Buffer.alloc(65, 4).toString("base64url") },
  ])
    assert.equal(arePushKeys({ ...keys, ...change }), false);
});
