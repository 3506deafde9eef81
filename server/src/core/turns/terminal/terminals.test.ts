import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { after, before, test } from "node:test";
import { whenAborted } from "../../../runtime/on-abort.ts";
import { addPerson } from "../../../testing/person.ts";
import { stubWarmSandboxes } from "../../../testing/stub-warm-sandboxes.ts";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { hashToken } from "../../accounts/index.ts";
import { type Clock, newId } from "../../base/index.ts";
import type { Ports } from "../../ports.ts";
import type { SandboxTerminal } from "../sandbox/sandbox.ts";
import { Terminals } from "./terminals.ts";

const size = { rows: 24, columns: 80 };

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

/** Creates terminals for sessions that all have a running sandbox. Each terminal closes when its signal aborts. */
function someTerminals(clock: Clock = t.clock) {
  const openTerminal = (_command: object, _size: object, signal: AbortSignal): SandboxTerminal => ({
    type: () => 0,
    resize: () => 0,
    output: (async function* () {})(),
    exited: whenAborted(signal).then(() => ({ code: null, signal: "SIGKILL" })),
  });
  const warmSandbox = { sandbox: { openTerminal }, surroundings: { env: {}, cwd: "/" } };
  const warmSandboxes = stubWarmSandboxes(warmSandbox);
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const signature = (text: string) => createHash("sha256").update(text).digest();
  const vault = {
    sign: signature,
    isSigned: (text: string, _purpose: string, given: Buffer) => signature(text).equals(given),
  };
  const ports = { store: t.store, clock, log, warmSandboxes, vault };
  return { terminals: new Terminals(ports as unknown as Ports), keepAlives: warmSandboxes.keepAlives };
}

async function addKey(): Promise<string> {
  const id = newId();
  const { organizationId, userId } = t;
  const at = t.clock.now();
  await t.store.apiKeys.insert(
    {
      id,
      organizationId,
      userId,
      name: null,
      tokenPreview: "t",
      createdAt: at,
      updatedAt: at,
      lastUsedAt: null,
    },
    hashToken(id),
  );
  return id;
}

test("another process may have issued a ticket only if the installation signed it for the session", async () => {
  const [{ terminals: here }, { terminals: there }] = [someTerminals(), someTerminals()];
  const { id: sessionId } = await t.addSession({ organizationId: t.organizationId });
  const { organizationId, userId } = t;
  const scope = { organizationId, userId, apiKeyId: await addKey(), sessionId, address: null } as never;
  const ticket = await there.authorize(scope);
  assert.equal(here.mayBeElsewhere(sessionId, ticket), true);
  assert.equal(there.mayBeElsewhere(sessionId, ticket), false, "it is here");
  assert.equal(here.mayBeElsewhere(newId(), ticket), false);
  assert.equal(here.mayBeElsewhere(sessionId, ticket.replace(/^./, "-")), false);
  assert.equal(here.mayBeElsewhere(sessionId, "x"), false);
});

test("forwards a ticket until it has expired on a clock that is a minute ahead", async () => {
  const { terminals: there } = someTerminals();
  const { id: sessionId } = await t.addSession({ organizationId: t.organizationId });
  const { organizationId, userId } = t;
  const scope = { organizationId, userId, apiKeyId: await addKey(), sessionId, address: null } as never;
  const ticket = await there.authorize(scope);
  const issuedAt = t.clock.now().getTime();
  const mayForward = (afterMs: number, given = ticket) =>
    someTerminals({ now: () => new Date(issuedAt + afterMs) }).terminals.mayBeElsewhere(sessionId, given);
  assert.equal(mayForward(90_000), true);
  assert.equal(mayForward(90_001), false);
  const [secret, until, signature] = ticket.split(".");
  const prolonged = `${secret}.${Number(until) + 60_000}.${signature}`;
  assert.equal(mayForward(0, prolonged), false, "the signature includes the expiration");
});

test("rejects tickets and terminals for another person's session once it becomes private", async () => {
  const { terminals } = someTerminals();
  const apiKeyId = await addKey();
  const { id: sessionId } = await t.addSession({ createdByKeyId: apiKeyId });
  const { organizationId } = t;
  const own = {
    organizationId,
    userId: t.userId,
    apiKeyId,
    role: "admin",
    sessionId,
    address: null,
  } as const;
  const { userId, keyId } = await addPerson(t);
  const other = { ...own, userId, apiKeyId: keyId, role: "member" } as const;
  const control = terminals.take(await terminals.authorize(other));
  assert.deepEqual(control, other, "allows another person while the session is public");
  await t.database.pool.query("update sessions set visibility = 'private' where id = $1", [sessionId]);
  const notFound = { code: "not_found" };
  await assert.rejects(terminals.authorize(other), notFound);
  await assert.rejects(terminals.requireAllowed(other), notFound);
  const stop = new AbortController();
  await assert.rejects(terminals.open(other, size, stop.signal), notFound);
  assert.deepEqual(terminals.take(await terminals.authorize(own)), own);
  await terminals.requireAllowed(own);
  const open = await terminals.open(own, size, stop.signal);
  stop.abort();
  await open.exited;
});

test("records that saved files are no longer the newest ones", async () => {
  const { terminals } = someTerminals();
  const apiKeyId = await addKey();
  const lease = await t.startTurn((await t.addSession()).id);
  const { sessionId } = lease;
  await t.store.savedWorkspaces.setMachine(lease, newId());
  await t.database.pool.query("update session_workspaces set is_current = true where session_id = $1", [
    sessionId,
  ]);
  const { organizationId, userId } = t;
  const scope = { organizationId, userId, apiKeyId, role: "admin", sessionId, address: null } as const;
  const stop = new AbortController();
  const open = await terminals.open(scope, size, stop.signal);
  assert.equal((await t.store.savedWorkspaces.find(sessionId))?.isCurrent, false);
  stop.abort();
  await open.exited;
});

test("limits a session to four tickets and terminals in total, and frees a slot when one expires or closes", async () => {
  const { terminals, keepAlives } = someTerminals();
  const apiKeyId = await addKey();
  const { id: sessionId } = await t.addSession();
  const scope = {
    organizationId: t.organizationId,
    userId: t.userId,
    apiKeyId,
    role: "admin",
    sessionId,
    address: null,
  } as const;
  const stops = [new AbortController(), new AbortController()] as const;
  for (const { signal } of stops)
    await terminals.open(terminals.take(await terminals.authorize(scope))!, size, signal);
  const tickets = [await terminals.authorize(scope), await terminals.authorize(scope)] as const;
  await assert.rejects(terminals.authorize(scope), { code: "conflict", message: /at most 4/ });
  stops[0].abort();
  while (keepAlives.count(sessionId) !== 1) await new Promise(setImmediate);
  assert.equal(typeof (await terminals.authorize(scope)), "string");
  await assert.rejects(terminals.authorize(scope), { code: "conflict" });
  t.clock.set(new Date(t.clock.now().getTime() + 30_000));
  assert.equal(terminals.take(tickets[0]), null, "expired");
  await terminals.authorize(scope);
  stops[1].abort();
  while (keepAlives.count(sessionId) !== 0) await new Promise(setImmediate);
});
