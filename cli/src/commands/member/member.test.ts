import assert from "node:assert/strict";
import { test } from "node:test";
import { answerWith, type FakeApi, startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

const ada = {
  id: "m1",
  userId: "u1",
  emailAddress: "ada@example.com",
  firstName: "Ada",
  lastName: null,
  role: "org:admin",
  status: "active",
  createdAt: "2026-01-01T00:00:00.000Z",
};
const bob = { ...ada, id: "m2", userId: null, emailAddress: "bob@example.com", status: "pending" };
const path = "/v1/organizations/o1/members";
const answers: FakeApi["answers"] = {
  "GET /me": { orgId: "o1", userId: "u1" },
  [`GET ${path}`]: ({ line }, response) =>
    answerWith(response, 200, { items: line.includes("status=pending") ? [bob] : [ada], nextCursor: null }),
  [`POST ${path}`]: bob,
  "POST /v1/api-keys": { id: "k1", token: "tmb_join" },
  [`PATCH ${path}/m2`]: { ...bob, role: "org:admin" },
  [`PUT ${path}/m1/verified-address`]: { memberId: "m1", emailVerified: true, isManaged: false },
  [`GET ${path}/m1/sign-ins`]: {
    items: [
      {
        id: "s1",
        createdAt: ada.createdAt,
        lastUsedAt: null,
        userAgent: "Browser",
        address: "192.0.2.7",
        isCurrent: false,
        apiKeyId: null,
      },
    ],
  },
  [`DELETE ${path}/m1/sign-ins/s1`]: { id: "s1", deleted: true },
  [`DELETE ${path}/m1/sign-ins`]: { id: "m1", deleted: true },
  [`DELETE ${path}/m2`]: { id: "m2", deleted: true },
};
const run = (api: FakeApi, ...args: string[]) =>
  runCommand(args, { env: { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url } });

test("lists members, and pending invitations separately", async () => {
  await using api = await startFakeApi(answers);
  assert.equal(
    (await run(api, "member", "list")).stdout,
    `m1\tada@example.com\tadmin\tAda\t${ada.createdAt}\n`,
  );
  assert.match((await run(api, "member", "list", "--pending")).stdout, /^m2\tbob@example\.com/);
});

test("member add prints only the key that the new member joins with", async () => {
  await using api = await startFakeApi(answers);
  assert.equal((await run(api, "member", "add", "bob@example.com", "--role", "admin")).stdout, "tmb_join\n");
  assert.deepEqual(
    api.asked.slice(1).map(({ body }) => body),
    [{ emailAddress: "bob@example.com", role: "org:admin" }, { memberId: "m2" }],
  );
  const invited = await run(api, "member", "add", "bob@example.com", "--no-key");
  assert.equal(invited.stdout, "Invited bob@example.com (m2).\n");
  assert.equal(api.asked.filter(({ line }) => line === "POST /v1/api-keys").length, 1);
  assert.equal((await run(api, "member", "add", "bob@example.com", "--role", "king")).status, 2);
});

test("finds a member by address or ID, whether joined or invited", async () => {
  await using api = await startFakeApi(answers);
  assert.equal(
    (await run(api, "member", "role", "Bob@Example.com", "admin")).stdout,
    "bob@example.com is now an admin.\n",
  );
  assert.equal((await run(api, "member", "remove", "m2")).stdout, "Removed bob@example.com.\n");
  assert.match(
    (await run(api, "member", "remove", "carl")).stderr,
    /Member "carl" was not found[\s\S]*Next: "tembo member list"/,
  );
  await run(api, "key", "create", "ci", "--for", "bob@example.com");
  assert.deepEqual(api.asked.at(-1)!.body, { name: "ci", memberId: "m2" });
});

test("confirms a member's email address, and lists and revokes the member's sign-ins", async () => {
  await using api = await startFakeApi(answers);
  const named = "ada@example.com";
  assert.equal((await run(api, "member", "confirm", named)).stdout, "Confirmed ada@example.com.\n");
  assert.deepEqual(api.asked.at(-1)!.body, { emailAddress: named });
  assert.equal(
    (await run(api, "member", "sign-ins", named)).stdout,
    `s1\tBrowser\t${ada.createdAt}\t192.0.2.7\tnever\t-\n`,
  );
  assert.equal(
    (await run(api, "member", "sign-out", named, "s1")).stdout,
    "Signed ada@example.com out of one browser.\n",
  );
  assert.match(api.asked.at(-1)!.line, /^DELETE .*m1\/sign-ins\/s1$/);
  assert.equal(
    (await run(api, "member", "sign-out", named)).stdout,
    "Signed ada@example.com out of all browsers.\n",
  );
  assert.match(api.asked.at(-1)!.line, /^DELETE .*m1\/sign-ins$/);
});
