import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { TemboError, verifyWebhook, WebhookVerificationError } from "../index.ts";

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const now = 1_700_000_000_000;
const body = JSON.stringify({
  type: "webhook.test",
  timestamp: "2026-01-02T03:04:05.678Z",
  data: { webhookId: "ä" },
});

function headersOf(change: Record<string, string> = {}, with_ = secret) {
  const [id, timestamp] = [change["webhook-id"] ?? "m1", change["webhook-timestamp"] ?? "1700000000"];
  const key = Buffer.from(with_.slice(6), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${signature}`,
    ...change,
  };
}

const verify = (headers: Parameters<typeof verifyWebhook>[1], text: string | Uint8Array = body) =>
  verifyWebhook(text, headers, secret, { now });

test("accepts a valid request as text or bytes, with headers from fetch or Node, in any letter case", async () => {
  const headers = headersOf();
  for (const [given, text] of [
    [headers, body],
    [new Headers(headers), new TextEncoder().encode(body)],
    [Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value])), body],
  ] as const)
    assert.deepEqual(await verify(given, text), JSON.parse(body));
});

test("accepts the example from the Standard Webhooks specification", async () => {
  const payload = await verifyWebhook(
    '{"test": 2432232314}',
    {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    { now: 1_614_265_330_000 },
  );
  assert.deepEqual(payload, { test: 2432232314 });
});

test("accepts one valid signature among several, as after a rotation", async () => {
  const other = headersOf({}, `whsec_${Buffer.alloc(32, 8).toString("base64")}`)["webhook-signature"];
  const good = headersOf()["webhook-signature"];
  await verify(headersOf({ "webhook-signature": `${other} ${good}` }));
  await verify(headersOf({ "webhook-signature": `v1a,x v2,${good.slice(3)} ${good}` }));
});

test("rejects a request that was modified, was signed with another secret or is unsigned", async () => {
  const good = headersOf();
  const signature = good["webhook-signature"];
  const refused: [Parameters<typeof verifyWebhook>[1], string?][] = [
    [good, `${body} `],
    [{ ...good, "webhook-id": "m2" }],
    [{ ...good, "webhook-timestamp": "1700000001" }],
    [headersOf({}, `whsec_${Buffer.alloc(32, 8).toString("base64")}`)],
    [{ ...good, "webhook-signature": signature.slice(0, -4) }],
    [{ ...good, "webhook-signature": signature.slice(3) }],
    [{ ...good, "webhook-signature": `v2,${signature.slice(3)}` }],
    [{ ...good, "webhook-signature": "v1,§§§" }],
    [{ ...good, "webhook-signature": "v1," }],
  ];
  for (const [headers, text] of refused)
    await assert.rejects(verify(headers, text), {
      name: "WebhookVerificationError",
      message: /No signature/,
    });
  for (const name of Object.keys(good))
    await assert.rejects(verify({ ...good, [name]: undefined }), new RegExp(`no header "${name}"`));
});

test("rejects a request whose timestamp is more than 300 seconds off, even if its signature is valid", async () => {
  for (const [timestamp, isGood] of [
    ["1699999700", true],
    ["1699999699", false],
    ["1700000300", true],
    ["1700000301", false],
    ["soon", false],
    ["1e9", false],
  ] as const) {
    const verified = verify(headersOf({ "webhook-timestamp": timestamp }));
    if (isGood) await verified;
    else await assert.rejects(verified, /is more than 300 s from now/);
  }
  const old = headersOf({ "webhook-timestamp": "1699990000" });
  await verifyWebhook(body, old, secret, { now, toleranceSeconds: 20_000 });
});

test("reports an invalid secret as a verification error with its own message", async () => {
  for (const bad of ["", "whsec_", "whsec_§"])
    await assert.rejects(verifyWebhook(body, headersOf(), bad, { now }), (error: Error) => {
      assert.ok(error instanceof WebhookVerificationError && error instanceof TemboError);
      assert.match(error.message, /The secret is not valid/);
      return true;
    });
});
