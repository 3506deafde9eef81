import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { SandboxTerminal } from "../../core/turns/index.ts";
import { whenAborted } from "../../runtime/on-abort.ts";
import { addPerson, addSecondOrganization, type Person } from "../../testing/person.ts";
import { stubWarmSandboxes } from "../../testing/stub-warm-sandboxes.ts";
import { type Served, serve } from "../../testing/test-server.ts";
import { connectLive, LiveClient, socketUrl } from "./testing/live-client.ts";

/** Time limit below the heartbeat interval of 15 s, because each heartbeat also checks access. */
const soon = { timeout: 10_000 };

const machine = {
  surroundings: { env: {}, cwd: "/" },
  sandbox: {
    openTerminal: (_command: object, _size: object, signal: AbortSignal): SandboxTerminal => ({
      type: () => 0,
      resize: () => 0,
      output: (async function* () {
        await whenAborted(signal);
        yield Buffer.alloc(0);
      })(),
      exited: whenAborted(signal).then(() => ({ code: null, signal: "SIGKILL" })),
    }),
  },
};

let served: Served;
let owner: Person;
before(async () => {
  served = await serve({ parts: { warmSandboxes: stubWarmSandboxes(machine) } });
  owner = await addPerson(served.testStore);
});
after(() => served.close());

let noticeCount = 0;
const appendNotice = (sessionId: string, message: string) =>
  served.testStore.store.events.append(sessionId, null, [
    { key: `notice-${++noticeCount}`, messageId: null, data: { type: "notice", message } },
  ]);

const query = (text: string, values: unknown[]) => served.testStore.database.pool.query(text, values);
const turnPrivate = (sessionId: string) =>
  query("update sessions set visibility = 'private' where id = $1", [sessionId]);

/** Opens every kind of connection that a user can have to a session. `streamed` collects the output of the event stream. */
async function openAll(person: Person, sessionId: string) {
  const { token } = person;
  const stream = await served.ask(`/v1/sessions/${sessionId}/events/stream`, token);
  assert.equal(stream.status, 200);
  const live = await connectLive(served, token);
  assert.deepEqual(await live.next(), { type: "ready" });
  live.subscribe("s", sessionId);
  assert.equal((await live.next()).type, "ready");
  const older = await Promise.all(
    ["/v1/sessions/live", "/v1/messages/live"].map((path) => connectLive(served, token, path, sessionId)),
  );
  for (const client of older) assert.deepEqual(await client.next(), { type: "ready" });
  const path = `/v1/sessions/${sessionId}/terminal`;
  const authorized = await served.ask(path, token, { method: "POST" });
  const { ticket } = (await authorized.json()) as { ticket: string };
  const terminal = new LiveClient(`${socketUrl(served, path, ticket)}&rows=24&columns=80`);
  await once(terminal.socket, "open");
  const streamed = { text: "" };
  const text = readInto(streamed, stream.body!);
  return { live, clients: [...older, terminal], text, streamed, all: [live, ...older, terminal] };
}

async function readInto(streamed: { text: string }, body: ReadableStream<Uint8Array>): Promise<string> {
  for await (const chunk of body.pipeThrough(new TextDecoderStream() as never))
    streamed.text += chunk as string;
  return streamed.text;
}

/** Returns the next refusal frame. Skips the events that a terminal causes. */
async function nextError(client: LiveClient) {
  while (true) {
    const frame = await client.next();
    if (frame.type === "error") return frame;
  }
}

async function nextNotice(client: LiveClient): Promise<string | undefined> {
  while (true) {
    const { event } = (await client.next()) as {
      event: { eventType: string; eventData: { message?: string } };
    };
    if (event.eventType === "notice") return event.eventData.message;
  }
}

type Change = (person: Person, sessionId: string) => Promise<unknown>;

const endOfSession: Readonly<Record<string, Change>> = {
  "the session becomes private": (_person, sessionId) => turnPrivate(sessionId),
  "the session is deleted": (_person, sessionId) =>
    served.testStore.store.sessionChanges.hide(sessionId, new Date()),
};
const endOfPerson: Readonly<Record<string, Change>> = {
  "their key is revoked": ({ organizationId, keyId }) =>
    served.testStore.store.apiKeys.revoke(organizationId, keyId),
  "their keys are revoked together": ({ organizationId, userId }) =>
    served.testStore.store.apiKeys.revokeOf(organizationId, userId),
  "their role changes": ({ memberId }) =>
    query("update members set role = 'admin' where id = $1", [memberId]),
  "they leave the organization": ({ memberId }) => query("delete from members where id = $1", [memberId]),
};

for (const [when, change] of Object.entries(endOfSession)) {
  test(`closes all of a person's connections to a session when ${when}`, soon, async () => {
    const person = await addPerson(served.testStore);
    const { id } = await served.testStore.addSession({ createdByKeyId: owner.keyId });
    const { live, clients, text } = await openAll(person, id);
    await change(person, id);
    await appendNotice(id, "after-the-change");
    assert.doesNotMatch(await text, /after-the-change/);
    for (const client of clients) assert.match((await client.closed).reason, /Session .* was not found/);
    const { id: subscription, code } = await nextError(live);
    assert.deepEqual([subscription, code], ["s", "not_found"], "the connection stays open");
    await live.close();
  });
}

for (const [when, change] of Object.entries(endOfPerson)) {
  test(`closes all of a person's connections when ${when}`, soon, async () => {
    const person = await addPerson(served.testStore);
    const { id } = await served.testStore.addSession();
    const { all, text } = await openAll(person, id);
    await change(person, id);
    await appendNotice(id, "after-the-change");
    assert.doesNotMatch(await text, /after-the-change/);
    for (const client of all) assert.equal((await client.closed).code, 1008);
  });
}

test(
  "keeps a person's connections open on changes to other sessions, people and organizations",
  soon,
  async () => {
    const { testStore } = served;
    const person = await addPerson(testStore);
    const { id } = await testStore.addSession({ createdByKeyId: person.keyId });
    const other = await testStore.addSession({ createdByKeyId: owner.keyId });
    const { live, all, text, streamed } = await openAll(person, id);
    await turnPrivate(id);
    await turnPrivate(other.id);
    for (const stranger of [await addPerson(testStore), await addSecondOrganization(testStore)])
      for (const change of Object.values(endOfPerson)) await change(stranger, id);
    await appendNotice(id, "after-the-changes");
    assert.equal(await nextNotice(live), "after-the-changes");
    while (!streamed.text.includes("after-the-changes")) await setTimeout(10);
    for (const { socket } of all) assert.equal(socket.readyState, socket.OPEN);
    await testStore.store.apiKeys.revoke(testStore.organizationId, person.keyId);
    await text;
    await Promise.all(all.map(({ closed }) => closed));
  },
);

test("rejects another person's ticket that was issued before the session became private", soon, async () => {
  const person = await addPerson(served.testStore);
  const { id } = await served.testStore.addSession({ createdByKeyId: owner.keyId });
  const paths = ["/v1/sessions/live", "/v1/messages/live"] as const;
  for (const [index, path] of paths.entries()) {
    const response = await served.ask(path, person.token, {
      method: "POST",
      body: JSON.stringify({ scope: { sessionId: id } }),
      headers: { "content-type": "application/json" },
    });
    const { ticket } = (await response.json()) as { ticket: string };
    if (index === 0) {
      const control = new LiveClient(socketUrl(served, path, ticket));
      assert.deepEqual(await control.next(), { type: "ready" });
      await control.close();
      continue;
    }
    await turnPrivate(id);
    const client = new LiveClient(socketUrl(served, path, ticket));
    assert.match((await client.closed).reason, /Session .* was not found/);
    assert.equal(client.waiting, 0);
  }
});
