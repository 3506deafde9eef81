import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Operation, type OperationName, operations } from "@tembo/contract";
import { createSignIn, inviteByLink } from "../core/accounts/index.ts";
import { newId } from "../core/base/index.ts";
import { type Membership, type PersonOfTwo, seedPersonOfTwo } from "../testing/person-of-two.ts";
import { type Served, serve } from "../testing/test-server.ts";
import { askWithCookie } from "./routes/sign-in/testing/browser.ts";
import { aSubscription } from "./testing/a-subscription.ts";

let served: Served;
before(async () => {
  served = await serve();
});
after(() => served.close());

interface Walk {
  readonly person: PersonOfTwo;
  /** Organization whose admin sends the requests. */
  readonly here: Membership;
  /** The user's other organization. */
  readonly there: Membership;
}

interface Case {
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly status: number;
}

type Cases = (walk: Walk) => readonly Case[] | Promise<readonly Case[]>;

/** Requests for the user's memberships in both organizations, with the ID of either organization. */
const places =
  (status: number, body?: object): Cases =>
  ({ here, there }) =>
    [
      { params: { organizationId: there.organizationId, memberId: there.memberId }, status: 404 },
      { params: { organizationId: here.organizationId, memberId: there.memberId }, status: 404 },
      { params: { organizationId: there.organizationId, memberId: here.memberId }, status: 404 },
      { params: { organizationId: here.organizationId, memberId: here.memberId }, status },
    ].map((one) => ({ ...one, ...(body && { body }) }));

/** Requests for the user's keys and sign-ins. A sign-in's ID is not valid as a key's ID. */
const keys =
  (body?: object): Cases =>
  ({ here, there }) =>
    [
      { params: { apiKeyId: there.keyId }, status: 404 },
      { params: { apiKeyId: there.signIn.signIn.id }, status: 404 },
      { params: { apiKeyId: here.signIn.signIn.id }, status: 404 },
      { params: { apiKeyId: here.keyId }, status: 200 },
    ].map((one) => ({ ...one, ...(body && { body }) }));

const account =
  (status: number, body?: object): Cases =>
  ({ person, there }) => [
    {
      params: {
        userId: person.userId,
        integrationId: newId(),
        connectedAccountId: there.keyId,
        pushSubscriptionId: newId(),
      },
      status,
      ...(body && { body }),
    },
  ];

const own = "Acts on the caller's own sign-in and password, and takes no id of a person.";

/**
 * Operations on members, keys, invitations, sign-ins and users. Each entry contains the requests that an organization's admin sends about
 * the user, or the reason why no request can refer to a user. The operations that remove the user are last.
 */
const cases: Readonly<Partial<Record<OperationName, Cases | string>>> = {
  memberList: ({ here, there }) => [
    { params: { organizationId: there.organizationId }, status: 404 },
    { params: { organizationId: here.organizationId }, status: 200 },
  ],
  memberCreate: ({ here, there, person }) => [
    {
      params: { organizationId: there.organizationId },
      body: { emailAddress: "new@example.com" },
      status: 404,
    },
    { params: { organizationId: here.organizationId }, body: { emailAddress: person.email }, status: 409 },
  ],
  memberRetrieve: places(200),
  memberUpdate: places(200, { role: "org:admin" }),
  memberAccountRetrieve: places(200),
  memberAddressConfirm: (walk) => places(200, { emailAddress: walk.person.email })(walk),
  memberSignInList: places(200),
  memberSignInDelete: ({ here, there }) => {
    const [mine, other] = [here, there].map(({ organizationId, memberId, signIn }) => ({
      organizationId,
      memberId,
      signInId: signIn.signIn.id,
    }));
    return [
      { params: other!, status: 404 },
      { params: { ...mine!, memberId: other!.memberId }, status: 404 },
      { params: { ...mine!, signInId: other!.signInId }, status: 404 },
      { params: mine!, status: 200 },
    ];
  },
  memberSignInDeleteAll: places(200),
  apiKeyList: () => [{ status: 200 }],
  apiKeyCreate: ({ here, there }) => [
    { body: { memberId: here.memberId }, status: 403 },
    { body: { memberId: there.memberId }, status: 404 },
    { body: { organizationId: there.organizationId }, status: 404 },
    { body: { organizationId: there.organizationId, memberId: there.memberId }, status: 404 },
    { body: { organizationId: there.organizationId, memberId: here.memberId }, status: 404 },
  ],
  apiKeyRetrieve: keys(),
  apiKeyUpdate: keys({ name: "renamed" }),
  apiKeyDelete: keys(),
  signInCreate: "Takes no credential of an admin, but the person's own.",
  signInRetrieve: own,
  signInDelete: own,
  // Invitation link for another membership, submitted with the user's email address and a new password.
  signInWelcome: async ({ here, person }) => {
    const whom = { email: `${newId()}@example.com`, role: "admin" } as const;
    const { url } = await inviteByLink(served.ports, here.organizationId, whom);
    const token = url.split("#")[1]!;
    const body = { token, name: "Eve", email: person.email, password: "another long password" };
    return [{ body, status: 409 }];
  },
  signInList: () => [{ status: 200 }],
  signInConfirm: own,
  signInDeleteAll: own,
  signInPasswordUpdate: own,
  userInvitationCreate: ({ person }) => [
    { body: { email: person.email }, status: 409 },
    { body: { email: person.email.toUpperCase(), role: "org:admin" }, status: 409 },
  ],
  userRetrieve: account(200),
  userUpdate: account(403, { name: "Eve", email: "eve@example.com" }),
  userConnectedAccountList: account(403),
  userConnectedAccountRetrieve: account(403),
  userForgeNameList: account(403),
  userForgeNameUpdate: account(403, { login: "eve" }),
  userSettingsRetrieve: account(403),
  userSettingsUpdate: account(403, { followUpBehavior: "steer" }),
  userNotificationsRetrieve: account(403),
  userNotificationsUpdate: account(403, { quietHours: null }),
  userNotificationsTest: account(403, { channel: "push" }),
  userPushSubscriptionList: account(403),
  userPushSubscriptionCreate: account(403, aSubscription),
  userPushSubscriptionDelete: account(403),
  userDelete: account(403, {}),
  memberDelete: places(200),
};

const groups = /^(?:member|apiKey|signIn|user)[A-Z]/;

test("the table lists exactly the operations on members, keys, invitations, sign-ins and people", () => {
  const names = Object.keys(operations).filter((name) => groups.test(name));
  assert.deepEqual(names.sort(), Object.keys(cases).sort());
});

/** Returns the stored rows of the user's account and of their other organization. */
async function stored({ person, there }: Walk): Promise<string> {
  const { pool } = served.testStore.database;
  const ofPerson = ["users where id", "user_passwords where user_id", "known_browsers where user_id"];
  const ofOrganization = ["members", "invitation_links", "audit_events", "organizations"].map(
    (table) => `${table} where ${table === "organizations" ? "id" : "organization_id"}`,
  );
  const rows: unknown[] = [];
  const read = async (text: string, id: string) => void rows.push((await pool.query(text, [id])).rows);
  for (const from of ofPerson) await read(`select * from ${from} = $1`, person.userId);
  for (const from of ofOrganization)
    await read(`select * from ${from} = $1 order by 1`, there.organizationId);
  await read(
    "select id, user_id, kind, name, revoked_at, expires_at, confirmed_at from api_keys where organization_id = $1 order by id",
    there.organizationId,
  );
  return JSON.stringify(rows);
}

type Send = (operation: Operation, one: Case) => Promise<Response>;

/** Returns a function that sends requests as the admin, either with a key or in a sign-in whose password was just confirmed. */
async function adminOf({ admin }: Membership, isSignIn: boolean): Promise<Send> {
  const { organizationId, userId, token } = admin;
  const { token: cookie, pageSecret } = await createSignIn(served.ports, {
    organizationId,
    userId,
    userAgent: null,
    madeByKeyId: null,
    address: null,
  });
  return (operation, { params = {}, body }) => {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name]!);
    const init = {
      method: operation.method,
      headers: { "content-type": "application/json", ...(isSignIn && { "x-tembo-page": pageSecret }) },
      ...(body && { body: JSON.stringify(body) }),
    };
    if (operation.isOpen) return served.ask(path, undefined, init);
    return isSignIn
      ? askWithCookie(served, `tembo_session=${cookie}`, path, init)
      : served.ask(path, token, init);
  };
}

for (const isSignIn of [false, true])
  for (const first of [0, 1] as const)
    test(`the admin of a person's ${first === 0 ? "first" : "second"} organization, with ${isSignIn ? "a sign-in" : "a key"}, cannot reach the other organization or the account`, async () => {
      const person = await seedPersonOfTwo(served.testStore);
      const [here, there] = [person.memberships[first], person.memberships[first === 0 ? 1 : 0]];
      const walk = { person, here, there };
      const send = await adminOf(here, isSignIn);
      const before = await stored(walk);
      for (const [name, given] of Object.entries(cases)) {
        if (typeof given === "string") continue;
        const operation: Operation = operations[name as OperationName];
        for (const one of await given(walk)) {
          const response = await send(operation, one);
          const text = await response.text();
          const what = `${name} ${JSON.stringify(one)}: ${text}`;
          assert.equal(response.status, one.status, what);
          assert.equal(await stored(walk), before, what);
          for (const id of [there.organizationId, there.memberId, there.keyId, there.signIn.signIn.id])
            assert.ok(JSON.stringify(one).includes(id) || !text.includes(id), what);
        }
      }

      const { store } = served.testStore;
      assert.equal(await store.members.find(here.organizationId, here.memberId), null);
      assert.equal(
        (await served.ask("/me", here.token)).status,
        401,
        "the key of this organization has ended",
      );
      assert.equal((await served.ask("/me", there.token)).status, 200);
      const headers = { "x-tembo-page": there.signIn.pageSecret };
      const bySignIn = await askWithCookie(served, `tembo_session=${there.signIn.token}`, "/me", { headers });
      assert.equal(bySignIn.status, 200);
      const signedIn = await served.ask("/v1/sign-in", undefined, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email: person.email, password: person.password }),
      });
      assert.equal(signedIn.status, 200);
      assert.equal(
        ((await signedIn.json()) as { organizationId: string }).organizationId,
        there.organizationId,
      );

      // Control: the admin of the other organization sends the same requests.
      const other = { person, here: there, there: here };
      const sendThere = await adminOf(there, isSignIn);
      for (const name of ["memberSignInDeleteAll", "apiKeyDelete", "memberDelete"] as const) {
        const last = await stored(walk);
        const [one] = (await (cases[name] as Cases)(other)).slice(-1);
        assert.equal((await sendThere(operations[name], one!)).status, 200);
        assert.notEqual(await stored(walk), last, `control: ${name}`);
      }
    });
