import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { after, before, test } from "node:test";
import type { SessionFileList, SessionFileWithContent } from "@tembo/contract";
import { newId } from "../../../core/base/index.ts";
import { createArtifact, storeAttachment } from "../../../core/sessions/index.ts";
import { seedDecisions } from "../../../testing/seed-decisions.ts";
import { type Served, serve } from "../../../testing/test-server.ts";
import { aMessage } from "../../../testing/test-store.ts";

let served: Served;
let key: string;

before(async () => {
  served = await serve();
  key = await served.addKey(served.testStore.organizationId);
});
after(() => served.close());

const upload = (name: string, bytes: Buffer) =>
  storeAttachment(served.ports, served.testStore.organizationId, {
    uploadedBy: served.testStore.userId,
    name,
    mediaType: null,
    bytes: Readable.from([bytes]),
  });

async function get<T = { error: string }>(status: number, path: string): Promise<T> {
  const response = await served.ask(path, key);
  assert.equal(response.status, status, await response.clone().text());
  return (await response.json()) as T;
}

test("lists each of a session's attachments and artifacts once, with its content", async () => {
  const { testStore, ports } = served;
  const { id: sessionId } = await testStore.addSession();
  const lease = await testStore.startTurn(sessionId);
  const { artifactId } = await seedDecisions(testStore, lease);
  const notes = await upload("notes.txt", Buffer.from("héllo"));
  const data = await upload("data.bin", Buffer.from([0xff, 0x00]));
  const elsewhere = await upload("elsewhere.txt", Buffer.from("x"));
  await testStore.store.messages.insert(aMessage({ sessionId, attachments: [notes, data] }));
  await testStore.store.messages.insert(aMessage({ sessionId, attachments: [notes] }));
  const { id: other } = await testStore.addSession();
  await testStore.store.messages.insert(aMessage({ sessionId: other, attachments: [elsewhere] }));
  const asset = await createArtifact(ports, testStore, {
    sessionId,
    title: "Shown",
    output: { type: "asset", assetId: elsewhere.id, fileName: "100%.txt" },
    description: null,
    category: null,
    relatedPullRequestUrls: [],
  });

  const path = `/v1/sessions/${sessionId}/files`;
  const { items, nextCursor } = await get<SessionFileList>(200, path);
  const paths = Object.fromEntries(items.map(({ id, path }) => [id, path]));
  assert.deepEqual(paths, {
    [artifactId]: "a.txt",
    [notes.id]: `attachments/${notes.id}/notes.txt`,
    [data.id]: `attachments/${data.id}/data.bin`,
    [asset.id]: "100%.txt",
  });
  assert.equal(nextCursor, null);
  assert.deepEqual(
    items.map(({ id }) => id),
    items
      .map(({ id }) => id)
      .sort()
      .reverse(),
  );

  const first = await get<SessionFileList>(200, `${path}?limit=3`);
  const rest = await get<SessionFileList>(200, `${path}?limit=3&cursor=${first.nextCursor}`);
  assert.deepEqual([...first.items, ...rest.items], items);

  const found = async (search: string) =>
    (await get<SessionFileList>(200, `${path}?search=${encodeURIComponent(search)}`)).items.map(
      ({ id }) => id,
    );
  assert.deepEqual(await found("NOTES"), [notes.id]);
  assert.deepEqual(await found("100%"), [asset.id]);
  assert.deepEqual(await found("elsewhere"), []);

  const content = async (id: string) => (await get<SessionFileWithContent>(200, `${path}/${id}`)).content;
  assert.equal(await content(notes.id), "héllo");
  assert.equal(await content(data.id), "data:application/octet-stream;base64,/wA=");
  assert.equal(await content(artifactId), "ours");
  assert.equal(await content(asset.id), "x");
});

test("returns 404 for a file of another session or of a deleted message", async () => {
  const { testStore } = served;
  const [{ id: mine }, { id: other }] = [await testStore.addSession(), await testStore.addSession()];
  const attachment = await upload("theirs.txt", Buffer.from("theirs"));
  const message = aMessage({ sessionId: other, attachments: [attachment] });
  await testStore.store.messages.insert(message);
  assert.match((await get(404, `/v1/sessions/${mine}/files/${attachment.id}`)).error, /has no file/);
  await get(200, `/v1/sessions/${other}/files/${attachment.id}`);
  await testStore.store.messages.delete(message.id, testStore.clock.now());
  await get(404, `/v1/sessions/${other}/files/${attachment.id}`);
  assert.deepEqual((await get<SessionFileList>(200, `/v1/sessions/${other}/files`)).items, []);
  await get(404, `/v1/sessions/${newId()}/files`);
  await get(400, `/v1/sessions/${mine}/files/none`);
});
