import assert from "node:assert/strict";
import { test } from "node:test";
import { verifyVapid } from "./testing/browser.ts";
import { newVapidKeys, vapidHeader } from "./vapid.ts";

const at = new Date("2026-01-02T03:04:05.678Z");
const endpoint = "https://push.example.com:8443/send/1?a=1";

test("signs a token for the origin of the endpoint that a push service can verify", () => {
  const keys = newVapidKeys();
  const header = vapidHeader(keys, { endpoint, publicUrl: "https://tembo.example.com", at });
  const { claims, publicKey } = verifyVapid(header);
  assert.equal(publicKey, keys.publicKey);
  assert.deepEqual(claims, {
    typ: "JWT",
    alg: "ES256",
    aud: "https://push.example.com:8443",
    exp: at.getTime() / 1_000 - 0.678 + 12 * 3_600,
    sub: "https://tembo.example.com",
  });
  const other = header.replace(keys.publicKey, newVapidKeys().publicKey);
  assert.throws(() => verifyVapid(other), /not valid/, "control: another key does not verify the token");
});

test("omits a contact that is not an HTTPS URL", () => {
  const { claims } = verifyVapid(
    vapidHeader(newVapidKeys(), { endpoint, publicUrl: "http://127.0.0.1:3000", at }),
  );
  assert.equal("sub" in claims, false);
});
