import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { ownTimeZone } from "../../format.ts";
import { type Asked, answerWith, type FakeApi, startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

const me = { "GET /me": { orgId: "o1", userId: "u1" } };
const path = "/v1/users/u1/notifications";
const flags = { permission: true, question: true, plan: false, failure: true, end: false };
const settings = { email: flags, push: flags, quietHours: null, emailProblem: null };
const run = (api: FakeApi, args: readonly string[]) =>
  runCommand(["notification", ...args], { env: { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url } });

test("notification show prints the choices, the quiet hours and the reason why email fails", async () => {
  const quietHours = { from: "22:00", to: "07:00", timeZone: "Europe/Paris" };
  const emailProblem = "This organization has no mail server.";
  await using api = await startFakeApi({ ...me, [`GET ${path}`]: { ...settings, quietHours, emailProblem } });
  const { stdout, stderr } = await run(api, ["show"]);
  assert.match(stdout, /^permission\ton\ton$/m);
  assert.match(stdout, /^end\toff\toff$/m);
  assert.match(stderr, /22:00 to 07:00 \(Europe\/Paris\)/);
  assert.match(stderr, /has no mail server/);
});

test("notification set changes only the given kinds and channels", async () => {
  await using api = await startFakeApi({ ...me, [`PATCH ${path}`]: settings });
  assert.equal((await run(api, ["set", "end", "plan", "--email", "on"])).status, 0);
  assert.deepEqual(api.asked.at(-1)!.body, { email: { end: true, plan: true } });
  await run(api, ["set", "question", "--email", "off", "--push", "off"]);
  assert.deepEqual(api.asked.at(-1)!.body, { email: { question: false }, push: { question: false } });
  for (const wrong of [
    ["set", "end"],
    ["set", "merge", "--email", "on"],
    ["set", "end", "--push", "maybe"],
  ])
    assert.equal((await run(api, wrong)).status, 2, wrong.join(" "));
  assert.equal(api.asked.filter(({ line }) => line.startsWith("PATCH")).length, 2);
});

test("notification quiet-hours sets a period in this machine's time zone, and removes it", async () => {
  await using api = await startFakeApi({ ...me, [`PATCH ${path}`]: settings });
  await run(api, ["quiet-hours", "22:00", "07:00"]);
  const timeZone = ownTimeZone();
  assert.deepEqual(api.asked.at(-1)!.body, { quietHours: { from: "22:00", to: "07:00", timeZone } });
  await run(api, ["quiet-hours", "22:00", "07:00", "--time-zone", "Asia/Tokyo"]);
  assert.deepEqual(api.asked.at(-1)!.body, {
    quietHours: { from: "22:00", to: "07:00", timeZone: "Asia/Tokyo" },
  });
  await run(api, ["quiet-hours"]);
  assert.deepEqual(api.asked.at(-1)!.body, { quietHours: null });
  for (const wrong of [
    ["quiet-hours", "22:00"],
    ["quiet-hours", "--time-zone", "Asia/Tokyo"],
  ])
    assert.equal((await run(api, wrong)).status, 2, wrong.join(" "));
});

test("notification test names the recipients, or states why nothing was sent", async () => {
  const error = "This organization has no mail server. An admin can add one.";
  await using api = await startFakeApi({
    ...me,
    [`POST ${path}/test`]: ({ body }: Asked, response: ServerResponse) =>
      (body as { readonly channel: string }).channel === "push"
        ? answerWith(response, 200, { sentTo: ["Chrome, Linux"] })
        : answerWith(response, 409, { error }),
  });
  assert.equal((await run(api, ["test", "push"])).stdout, "Test sent to Chrome, Linux.\n");
  const failed = await run(api, ["test", "email"]);
  assert.notEqual(failed.status, 0);
  assert.match(failed.stderr, /has no mail server/);
});
