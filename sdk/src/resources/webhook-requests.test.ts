import assert from "node:assert/strict";
import { test } from "node:test";
import { Tembo } from "../index.ts";
import { answerJson, startRecordingServer } from "../testing/recording-server.ts";

const body = { url: "https://example.com/" };
const calls: [string, (client: Tembo) => Promise<unknown>, unknown?][] = [
  ["GET /v1/webhooks?limit=5", (c) => c.webhooks.list({ limit: 5 })],
  ["POST /v1/webhooks", (c) => c.webhooks.create(body), body],
  ["GET /v1/webhooks/w1", (c) => c.webhooks.retrieve("w1")],
  ["PATCH /v1/webhooks/w1", (c) => c.webhooks.update("w1", { enabled: true }), { enabled: true }],
  ["DELETE /v1/webhooks/w1", (c) => c.webhooks.delete("w1")],
  ["POST /v1/webhooks/w1/rotate-secret", (c) => c.webhooks.rotateSecret("w1"), {}],
  ["POST /v1/webhooks/w1/test", (c) => c.webhooks.test("w1")],
  [
    "GET /v1/webhooks/w1/deliveries?status=failed",
    (c) => c.webhooks.deliveries.list("w1", { status: "failed" }),
  ],
  ["GET /v1/webhooks/w1/deliveries/d1", (c) => c.webhooks.deliveries.retrieve("w1", "d1")],
  ["POST /v1/webhooks/w1/deliveries/d1/replay", (c) => c.webhooks.deliveries.replay("w1", "d1")],
];

for (const [line, call, sent] of calls) {
  test(`client.webhooks sends ${line}`, async () => {
    await using server = await startRecordingServer((_, response) =>
      answerJson(response, 200, { isHere: true }),
    );
    await call(new Tembo({ apiKey: "key", baseURL: server.url }));
    const [request] = server.requests;
    assert.equal(`${request!.method} ${request!.url}`, line);
    assert.deepEqual(request!.body, sent);
  });
}
