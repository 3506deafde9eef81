import assert from "node:assert/strict";
import { test } from "node:test";
import { newWebhookSecret, signedHeaders } from "./sign.ts";
import { subscribes } from "./webhook.ts";
import { secretsInUse } from "./webhook-secrets.ts";

/** Example from the libraries of the Standard Webhooks specification. */
const example = {
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  at: new Date(1_614_265_330_000),
  body: '{"test": 2432232314}',
  signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};

test("produces the documented signature for the Standard Webhooks example", () => {
  assert.deepEqual(signedHeaders(example, [example.secret]), {
    "webhook-id": example.id,
    "webhook-timestamp": "1614265330",
    "webhook-signature": example.signature,
  });
});

test("signs with two secrets, the newest first", () => {
  const other = newWebhookSecret();
  const { "webhook-signature": both } = signedHeaders(example, [other, example.secret]);
  const [first, second] = both.split(" ");
  assert.equal(second, example.signature);
  assert.notEqual(first, second);
});

test("generates a new 32-byte secret each time", () => {
  const [one, two] = [newWebhookSecret(), newWebhookSecret()];
  assert.notEqual(one, two);
  assert.match(one, /^whsec_/);
  assert.equal(Buffer.from(one.slice(6), "base64").length, 32);
});

test("signs with the previous secret until it expires", () => {
  const until = new Date(1_000);
  const secrets = { current: "new", earlier: { secret: "old", until } };
  assert.deepEqual(secretsInUse(secrets, new Date(999)), ["new", "old"]);
  assert.deepEqual(secretsInUse(secrets, until), ["new"]);
  assert.deepEqual(secretsInUse({ ...secrets, earlier: null }, new Date(0)), ["new"]);
});

test("matches a pattern for one event type, a group of types or all types", () => {
  assert.ok(subscribes(["session.completed"], "session.completed"));
  assert.ok(!subscribes(["session.completed"], "session.failed"));
  assert.ok(subscribes(["session.*"], "session.failed"));
  assert.ok(!subscribes(["session.*"], "pull_request.merged"));
  assert.ok(subscribes(["*"], "pull_request.merged"));
});
