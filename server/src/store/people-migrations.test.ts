import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { migrateBefore } from "../testing/migrate-before.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { migrate } from "./migrate.ts";

const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour));
const [acme, other] = [randomUUID(), randomUUID()];
/** Email address of a person who has not entered an address. */
const unknown = "admin@users.noreply.localhost";

interface OldPlace {
  readonly id: string;
  readonly organizationId: string;
  readonly email: string;
  readonly at: Date;
}

interface OldPerson {
  readonly id: string;
  readonly email: string;
  /** Creation time of the account. */
  readonly madeAt: Date;
  readonly hasPassword?: boolean;
  readonly places: readonly OldPlace[];
}

const aPlace = (email: string, when: Date, organizationId = acme): OldPlace => ({
  id: randomUUID(),
  organizationId,
  email,
  at: when,
});

const people = {
  first: { id: randomUUID(), email: unknown, madeAt: at(1), places: [aPlace(unknown, at(1))] },
  // An admin invited this person and created a key for the membership. The person later created an organization.
  byKey: {
    id: randomUUID(),
    email: "Key@example.com",
    madeAt: at(3),
    places: [aPlace("key@example.com", at(2)), aPlace("key@example.com", at(4), other)],
  },
  byLink: {
    id: randomUUID(),
    email: "link@example.com",
    madeAt: at(3),
    hasPassword: true,
    places: [aPlace("link@example.com", at(2))],
  },
  renamed: {
    id: randomUUID(),
    email: "new@example.com",
    madeAt: at(3),
    hasPassword: true,
    places: [aPlace("old@example.com", at(2))],
  },
} as const satisfies Record<string, OldPerson>;
const invitation = aPlace("invited@example.com", at(5));

const [key, signIn, endedSignIn] = [randomUUID(), randomUUID(), randomUUID()];
const [firstLink, namedLink] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
  await migrateBefore(database.pool, "0030");
  await fill();
  await migrate(database.pool);
});
after(() => database.drop());

const query = (text: string, values: readonly unknown[] = []) => database.pool.query(text, [...values]);

/** Inserts rows as the version before the migrations wrote them. */
async function fill(): Promise<void> {
  for (const [id, name] of [
    [acme, "Acme"],
    [other, "Other"],
  ])
    await query("insert into organizations (id, name, created_at) values ($1, $2, $3)", [id, name, at(0)]);
  const addPlace = (place: OldPlace, userId: string | null) =>
    query(
      `insert into members (id, organization_id, user_id, email, role, created_at, updated_at)
       values ($1, $2, $3, $4, 'member', $5, $5)`,
      [place.id, place.organizationId, userId, place.email, place.at],
    );
  for (const person of Object.values<OldPerson>(people)) {
    const { id, email, madeAt, hasPassword, places } = person;
    await query("insert into users (id, email, created_at, updated_at) values ($1, $2, $3, $3)", [
      id,
      email,
      madeAt,
    ]);
    for (const place of places) await addPlace(place, id);
    if (hasPassword)
      await query("insert into user_passwords (user_id, email, hash, updated_at) values ($1, $2, 'h', $3)", [
        id,
        email,
        madeAt,
      ]);
  }
  await addPlace(invitation, null);
  for (const [id, kind, revokedAt] of [
    [key, "key", null],
    [signIn, "signIn", null],
    [endedSignIn, "signIn", at(6)],
  ] as const)
    await query(
      `insert into api_keys (id, organization_id, user_id, kind, token_preview, token_hash, created_at, updated_at, revoked_at, expires_at)
       values ($1, $2, $3, $4, 't', $5, $6, $6, $7, $8)`,
      [
        id,
        acme,
        people.byLink.id,
        kind,
        Buffer.from(id),
        at(5),
        revokedAt,
        kind === "signIn" ? new Date(Date.UTC(2100, 0, 1)) : null,
      ],
    );
  for (const [hash, email] of [
    [firstLink, null],
    [namedLink, "invited@example.com"],
  ] as const)
    await query(
      "insert into welcome_links (token_hash, organization_id, email, role, expires_at) values ($1, $2, $3, 'member', $4)",
      [hash, acme, email, new Date(Date.UTC(2100, 0, 1))],
    );
}

test("marks an account as managed only if an admin's key created the account and it has no password", async () => {
  const { rows } = await query("select id, managed_by from users");
  const managedBy = new Map(rows.map(({ id, managed_by }) => [id, managed_by]));
  assert.equal(managedBy.size, Object.keys(people).length);
  for (const [name, { id }] of Object.entries(people))
    assert.equal(managedBy.get(id), name === "byKey" ? acme : null, name);
});

test("marks an email address as confirmed only if an admin entered the address and the person still has it", async () => {
  const { rows } = await query("select id, verified_email from members");
  const verified = new Map(rows.map(({ id, verified_email }) => [id, verified_email]));
  const { first, byKey, byLink, renamed } = people;
  for (const [place, expected] of [
    [first.places[0], null],
    [byKey.places[0], "key@example.com"],
    // The person existed before this membership, so no admin entered the address.
    [byKey.places[1], null],
    [byLink.places[0], "link@example.com"],
    [renamed.places[0], null],
    [invitation, null],
  ] as const)
    assert.equal(verified.get(place.id), expected, place.email);
});

test("removes invitation links that name only an email address, and keeps the setup link", async () => {
  const { rows } = await query("select token_hash, member_id from invitation_links");
  assert.deepEqual(rows, [{ token_hash: firstLink, member_id: null }]);
});

test("revokes sign-ins, which have no page secret, and keeps API keys", async () => {
  const { rows } = await query(
    "select id, revoked_at, made_by, confirmed_at, is_bootstrap, page_secret_hash from api_keys",
  );
  const found = new Map(rows.map(({ id, ...row }) => [id, row]));
  const added = { made_by: null, confirmed_at: null, is_bootstrap: false, page_secret_hash: null };
  assert.deepEqual(found.get(key), { ...added, revoked_at: null });
  assert.ok(found.get(signIn)?.revoked_at instanceof Date);
  assert.deepEqual(found.get(endedSignIn), { ...added, revoked_at: at(6) });
});

test("keeps invitations and records nothing about the upgrade in the audit log", async () => {
  const { rows } = await query("select user_id, role from members where id = $1", [invitation.id]);
  assert.deepEqual(rows, [{ user_id: null, role: "member" }]);
  assert.equal((await query("select from audit_events")).rowCount, 0);
});
