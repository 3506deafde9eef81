import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { ErrorBody } from "@tembo/contract";
import { newId } from "../../../core/base/index.ts";
import { addPerson, addSecondOrganization, type Person } from "../../../testing/person.ts";
import { type Served, serve } from "../../../testing/test-server.ts";
import { aMessage } from "../../../testing/test-store.ts";

let served: Served;
let owner: Person;
let other: Person;
let stranger: Person;
before(async () => {
  served = await serve();
  owner = await addPerson(served.testStore);
  other = await addPerson(served.testStore, { role: "admin" });
  stranger = await addSecondOrganization(served.testStore);
});
after(() => served.close());

async function upload(): Promise<string> {
  const init = { method: "POST", body: "secret notes", headers: { "content-type": "text/plain" } };
  const response = await served.ask("/v1/attachments?name=notes.txt", owner.token, init);
  return ((await response.json()) as { id: string }).id;
}

const post = (person: Person, path: string, body: object) =>
  served.ask(path, person.token, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });

/**
 * Returns the response statuses for every path to an attachment. They are the attachment's record and bytes, and a message, a session and
 * an artifact that use it.
 */
async function waysTo(person: Person, id: string): Promise<number[]> {
  const { id: sessionId } = await served.testStore.addSession();
  const asset = { sessionId, title: "It", output: { type: "asset", assetId: id } };
  const created = { prompt: "Read it.", attachments: [id] };
  return Promise.all([
    served.ask(`/v1/attachments/${id}`, person.token).then(({ status }) => status),
    served.ask(`/v1/attachments/${id}/content`, person.token).then(({ status }) => status),
    post(person, "/v1/messages", { sessionId, content: "Read it.", attachments: [id] }).then(
      ({ status }) => status,
    ),
    post(person, "/session/create", created).then(({ status }) => status),
    post(person, "/v1/artifacts", asset).then(({ status }) => status),
  ]);
}

const isClosed = (statuses: readonly number[]) =>
  statuses.every((status) => status === 404 || status === 400);
const isOpen = (statuses: readonly number[]) => statuses.every((status) => status < 300);

test("shows an attachment to its uploader, and to others only through a visible session that uses it", async () => {
  const { testStore } = served;
  const id = await upload();
  const [attachment] = await testStore.store.attachments.findVisible(owner, [id]);
  assert.ok(isClosed(await waysTo(other, id)), "unused");
  const { id: sessionId } = await testStore.addSession({
    createdByKeyId: owner.keyId,
    visibility: "private",
  });
  await testStore.store.messages.insert(aMessage({ sessionId, attachments: [attachment!] }));
  assert.ok(
    isClosed(await waysTo(other, id)),
    "another member cannot see an attachment of a private session",
  );
  await testStore.store.sessionChanges.update(sessionId, { visibility: "public" }, new Date());
  assert.ok(isClosed(await waysTo(stranger, id)), "another organization cannot see the attachment");
  const open = await waysTo(other, id);
  assert.ok(isOpen(open), `another member can see an attachment of a public session: ${open}`);
  assert.ok(isOpen(await waysTo(owner, await upload())), "the uploader can see the attachment");
});

test("returns the same response for a hidden object as for one that does not exist", async () => {
  const { testStore } = served;
  const { id: sessionId } = await testStore.addSession({
    createdByKeyId: owner.keyId,
    visibility: "private",
  });
  const messageId = await testStore.addMessage(sessionId);
  const made = await post(owner, "/v1/artifacts", {
    sessionId,
    title: "It",
    output: { type: "markdown", content: "Mine." },
  });
  const { id: artifactId } = (await made.json()) as { id: string };
  const pathsOf = [
    [(id: string) => `/v1/sessions/${id}`, sessionId],
    [(id: string) => `/v1/messages/${id}`, messageId],
    [(id: string) => `/v1/artifacts/${id}`, artifactId],
    [(id: string) => `/v1/artifacts/${id}/file`, artifactId],
    [(id: string) => `/v1/attachments/${id}`, await upload()],
  ] as const;
  for (const [path, hidden] of pathsOf) {
    const answers: unknown[] = [];
    for (const id of [hidden, newId()]) {
      const response = await served.ask(path(id), other.token);
      assert.equal(response.status, 404, path(id));
      const { requestId: _requestId, ...refusal } = (await response.json()) as ErrorBody;
      answers.push(JSON.stringify(refusal).replaceAll(id, "ID"));
    }
    assert.equal(answers[0], answers[1], path("ID"));
  }
});
