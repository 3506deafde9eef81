import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { openVault } from "../../../vault/open-vault.ts";
import { deleteMailServer, findMailServer, type MailServerInput, saveMailServer } from "./mail-server.ts";
import { getPushKeys } from "./push/push-keys.ts";

let t: TestStore;
let folder: string;
let ports: Parameters<typeof saveMailServer>[0] & Parameters<typeof findMailServer>[0];
before(async () => {
  t = await openTestStore();
  folder = await mkdtemp(join(tmpdir(), "tembo-mail-server-"));
  const { vault } = await openVault({ file: join(folder, "master.key"), usedKeyIds: async () => [] });
  ports = { store: t.store, clock: t.clock, vault };
});
after(async () => {
  await t.drop();
  await rm(folder, { recursive: true });
});
beforeEach(() => deleteMailServer(ports, t.organizationId));

const account: MailServerInput = {
  host: "smtp.example.com",
  port: 587,
  security: "startTls",
  username: "tembo",
  password: "sesame-48",
  fromAddress: "tembo@example.com",
};
const save = (change: Partial<MailServerInput> = {}) =>
  saveMailServer(ports, t.organizationId, { ...account, ...change });
const passwordNow = async () => (await findMailServer(ports, t.organizationId))?.password;

test("stores the password encrypted, and keeps it if only the sender's address changes", async () => {
  const { id } = await save();
  const { rows } = await t.database.pool.query("select * from secrets, mail_servers");
  assert.doesNotMatch(JSON.stringify(rows), /sesame-48/);
  const changed = await save({ password: undefined, fromAddress: "other@example.com" });
  assert.deepEqual([changed.id, changed.fromAddress], [id, "other@example.com"]);
  assert.equal(await passwordNow(), "sesame-48");
});

for (const change of [
  { host: "smtp.example.net" },
  { port: 25 },
  { security: "tls" },
  { username: "eve" },
] as const)
  test(`requires the password again for another ${Object.keys(change)[0]}`, async () => {
    await save();
    const expected = { code: "invalid_input", field: "password", message: /again/ };
    await assert.rejects(save({ ...change, password: undefined }), expected);
    assert.equal((await t.store.mailServers.find(t.organizationId))?.host, account.host);
    await save({ ...change, password: "another" });
    assert.equal(await passwordNow(), "another");
  });

test("sends no password to a server for which it was not entered", async () => {
  await save();
  await t.database.pool.query("update mail_servers set host = 'smtp.example.net'");
  await assert.rejects(findMailServer(ports, t.organizationId), { code: "conflict" });
});

test("rejects a username without a password, the reverse, and a password without encryption", async () => {
  await assert.rejects(save({ password: undefined }), { code: "invalid_input", field: "password" });
  await assert.rejects(save({ username: null }), { code: "invalid_input", field: "username" });
  await assert.rejects(save({ security: "none" }), { code: "invalid_input", field: "security" });
  await assert.rejects(save({ host: "a\0b" }), { code: "invalid_input" });
  assert.equal(await t.store.mailServers.find(t.organizationId), null);
});

test("deletes the password with the username and with the server", async () => {
  const stored = async () => (await t.database.pool.query("select 1 from secrets")).rows.length;
  await save();
  assert.equal(await stored(), 1);
  await save({ username: null, password: undefined });
  assert.deepEqual([await stored(), await passwordNow()], [0, null]);
  await save();
  await deleteMailServer(ports, t.organizationId);
  assert.deepEqual([await stored(), await findMailServer(ports, t.organizationId)], [0, null]);
});

test("creates one key pair for push services, encrypted, even for concurrent callers", async () => {
  const all = await Promise.all([1, 2, 3].map(() => getPushKeys(ports)));
  assert.equal(new Set(all.map(({ publicKey }) => publicKey)).size, 1);
  assert.deepEqual(await getPushKeys(ports), all[0]);
  const { rows } = await t.database.pool.query<{ sealed_key: Buffer }>("select sealed_key from push_keys");
  assert.equal(rows.length, 1);
  assert.ok(!rows[0]!.sealed_key.includes(all[0]!.privateKey.d!));
});
