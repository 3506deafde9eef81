import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { after, before, beforeEach, test } from "node:test";
import { maxAttachmentBytesPerOrganization } from "@tembo/contract/limits";
import { addPerson } from "../../../testing/person.ts";
import { listAll, openTestBlobs, type TestBlobs } from "../../../testing/test-blobs.ts";
import { aMessage, openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { newId } from "../../base/index.ts";
import type { Ports } from "../../ports.ts";
import { deleteUnusedAttachments } from "./delete-unused.ts";
import { getAttachments } from "./get-attachments.ts";
import { readAttachment } from "./read-attachment.ts";
import { storeAttachment } from "./store-attachment.ts";

let t: TestStore;
let stored: TestBlobs;
let ports: Pick<Ports, "store" | "clock" | "blobs">;

before(async () => {
  t = await openTestStore();
  stored = await openTestBlobs(t);
  ports = { store: t.store, clock: t.clock, blobs: stored.blobs };
});
beforeEach(() => t.clock.set(someTime));
after(async () => {
  await t.drop();
  await stored[Symbol.asyncDispose]();
});

const upload = (words: string, name = "notes.txt", uploadedBy = t.userId) =>
  storeAttachment(ports, t.organizationId, {
    uploadedBy,
    name,
    mediaType: "text/plain",
    bytes: Readable.from([Buffer.from(words)]),
  });
const objectCount = async () => (await listAll(stored.blobStore)).length;
const aDayLater = () => t.clock.set(new Date(someTime.getTime() + 24 * 60 * 60 * 1_000 + 1));

test("deletes attachments that were unused for a day, and their bytes with the last reference", async () => {
  const [used, unused, alone] = [await upload("shared"), await upload("shared"), await upload("alone")];
  const { id: sessionId } = await t.addSession();
  await t.store.messages.insert(aMessage({ sessionId, attachments: [used] }));
  assert.equal(await deleteUnusedAttachments(ports), 0, "keeps recent attachments");
  aDayLater();
  const young = await upload("young");
  assert.equal(await deleteUnusedAttachments(ports), 2);
  const left = await t.store.attachments.findVisible(
    t,
    [used, unused, alone, young].map(({ id }) => id),
  );
  assert.deepEqual(new Set(left.map(({ id }) => id)), new Set([used.id, young.id]));
  assert.equal((await readAttachment(ports, used)).toString(), "shared");
  await assert.rejects(readAttachment(ports, alone), { code: "not_found", message: /Upload it again/ });
});

test("releases the attachments of a deleted message", async () => {
  const attachment = await upload("let go");
  const { id: sessionId } = await t.addSession();
  const message = aMessage({ sessionId, attachments: [attachment] });
  await t.store.messages.insert(message);
  assert.deepEqual((await t.store.messages.get(message.id)).attachments, [attachment]);
  await t.store.messages.delete(message.id, someTime);
  aDayLater();
  assert.ok((await deleteUnusedAttachments(ports)) >= 1);
  await assert.rejects(readAttachment(ports, attachment), { code: "not_found" });
});

test("limits the total size of an organization's attachments", async () => {
  const organizationId = newId();
  await t.store.organizations.insert({ id: organizationId, name: "Full" });
  const bytes = () => Readable.from([Buffer.from("12345")]);
  const full = {
    id: newId(),
    organizationId,
    sha256: "0".repeat(64),
    blobId: null,
    name: "full",
    mediaType: "text/plain",
    sizeBytes: maxAttachmentBytesPerOrganization - 5,
    createdAt: someTime,
  };
  await t.store.attachments.insert(full, null);
  const one = { uploadedBy: t.userId, name: "n", mediaType: null };
  await storeAttachment(ports, organizationId, { ...one, bytes: bytes() });
  const before = await objectCount();
  await assert.rejects(storeAttachment(ports, organizationId, { ...one, bytes: bytes() }), {
    code: "conflict",
  });
  assert.equal(await objectCount(), before, "keeps no bytes of a rejected upload");
});

test("stores the same content once for each organization", async () => {
  const before = await objectCount();
  const [one, two] = [await upload("same"), await upload("same")];
  assert.equal(one.blobId, two.blobId);
  assert.equal(await objectCount(), before + 1);
  const other = await storeAttachment(ports, await t.addOrganization(), {
    ...{ uploadedBy: t.userId, name: "n", mediaType: null },
    bytes: Readable.from([Buffer.from("same")]),
  });
  assert.equal(other.sha256, one.sha256);
  assert.notEqual(other.blobId, one.blobId);
});

test("rejects another organization's attachment, and more than twenty attachments per message", async () => {
  const person = await addPerson(t);
  const { id } = await upload("mine", "notes.txt", person.userId);
  await assert.rejects(getAttachments(t.store, { ...person, organizationId: newId() }, [id]), {
    code: "invalid_input",
    message: /Attachment .* was not found/,
  });
  assert.equal((await getAttachments(t.store, person, [id, id.toUpperCase()])).length, 1);
  const many = Array.from({ length: 21 }, () => newId());
  await assert.rejects(getAttachments(t.store, person, many), { message: /at most 20/ });
});
