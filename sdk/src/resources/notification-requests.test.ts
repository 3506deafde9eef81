import assert from "node:assert/strict";
import { test } from "node:test";
import { Tembo } from "../index.ts";
import { answerJson, startRecordingServer } from "../testing/recording-server.ts";

const server = {
  host: "smtp.example.com",
  port: 465,
  security: "tls",
  username: null,
  fromAddress: "tembo@example.com",
} as const;
const subscription = { endpoint: "https://push.example.com/1", keys: { p256dh: "AA", auth: "AA" } };
const quietHours = { from: "22:00", to: "07:00", timeZone: "Europe/Paris" };
const calls: [string, (client: Tembo) => Promise<unknown>, unknown?][] = [
  ["GET /v1/users/u1/notifications", (c) => c.users.notifications.retrieve("u1")],
  [
    "PATCH /v1/users/u1/notifications",
    (c) => c.users.notifications.update("u1", { quietHours }),
    { quietHours },
  ],
  [
    "POST /v1/users/u1/notifications/test",
    (c) => c.users.notifications.test("u1", { channel: "push" }),
    { channel: "push" },
  ],
  ["GET /v1/users/u1/push-subscriptions", (c) => c.users.pushSubscriptions.list("u1")],
  [
    "POST /v1/users/u1/push-subscriptions",
    (c) => c.users.pushSubscriptions.create("u1", subscription),
    subscription,
  ],
  ["DELETE /v1/users/u1/push-subscriptions/p1", (c) => c.users.pushSubscriptions.delete("u1", "p1")],
  ["GET /v1/organizations/o1/mail-server", (c) => c.organizations.mailServer.retrieve("o1")],
  ["PUT /v1/organizations/o1/mail-server", (c) => c.organizations.mailServer.update("o1", server), server],
  ["DELETE /v1/organizations/o1/mail-server", (c) => c.organizations.mailServer.delete("o1")],
];

for (const [line, call, sent] of calls) {
  test(`sends ${line}`, async () => {
    await using server = await startRecordingServer((_, response) =>
      answerJson(response, 200, { isHere: true }),
    );
    await call(new Tembo({ apiKey: "key", baseURL: server.url }));
    const [request] = server.requests;
    assert.equal(`${request!.method} ${request!.url}`, line);
    assert.deepEqual(request!.body, sent);
  });
}
