import assert from "node:assert/strict";
import { test } from "node:test";
import { sign } from "@octokit/webhooks-methods";
import { identifyWebhook } from "./identify-webhook.ts";
import { verifyWebhook } from "./verify-webhook.ts";

const secret = "a-secret-of-the-webhook-0123456789";
const body = Buffer.from('{"zen":"Hällo 🐘"}');

test("accepts signatures from GitHub's own client, and rejects all others", async () => {
  const signature = await sign(secret, body.toString());
  const verify = (given: string, over = body, by = secret) =>
    verifyWebhook({ headers: { "x-hub-signature-256": given }, body: over }, by);
  assert.equal(verify(signature), true);
  assert.equal(verify(signature, Buffer.from('{"zen":"Hällo"}')), false);
  assert.equal(verify(signature, body, `${secret}x`), false);
  assert.equal(verify(signature.toUpperCase()), false);
  assert.equal(verify(signature.slice(0, -1)), false);
  assert.equal(verify(`${signature}00`), false);
  assert.equal(verify(signature.replace("sha256=", "sha1=")), false);
  assert.equal(verifyWebhook({ headers: {}, body }, secret), false);
});

test("rejects every signature if the webhook secret is empty", async () => {
  for (const known of ["no secret", " "]) {
    const headers = { "x-hub-signature-256": await sign(known, body.toString()) };
    assert.equal(verifyWebhook({ headers, body }, ""), false);
    assert.equal(verifyWebhook({ headers, body }, known), true);
  }
});

test("verifies the raw bytes of a body that is not valid UTF-8", async () => {
  const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x80]);
  const replaced = { headers: { "x-hub-signature-256": await sign(secret, bytes.toString()) }, body: bytes };
  assert.equal(verifyWebhook(replaced, secret), false);
});

test("identifies a delivery by its headers", () => {
  const headers = { "x-github-event": "push", "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958" };
  assert.deepEqual(identifyWebhook({ headers }), {
    deliveryId: "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    eventName: "push",
    isOnceByBody: false,
  });
  assert.equal(identifyWebhook({ headers: { "x-github-event": "push" } }).deliveryId, null);
  assert.equal(identifyWebhook({ headers: { "x-github-event": "issue_comment" } }).isOnceByBody, true);
  for (const eventName of [undefined, "", "push\n", "../push"]) {
    const odd = eventName === undefined ? {} : { "x-github-event": eventName };
    assert.throws(() => identifyWebhook({ headers: odd as Record<string, string> }), {
      code: "invalid_input",
    });
  }
});
