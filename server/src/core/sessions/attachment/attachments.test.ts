import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, before, beforeEach, test } from "node:test";
import { maxAttachmentBytesPerOrganization } from "@tembo/contract/limits";
import { createAttachmentFiles } from "../../../attachments/attachment-files.ts";
import { addPerson } from "../../../testing/person.ts";
import { aMessage, openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { newId } from "../../base/index.ts";
import type { Ports } from "../../ports.ts";
import { deleteUnusedAttachments } from "./delete-unused.ts";
import { getAttachments } from "./get-attachments.ts";
import { storeAttachment } from "./store-attachment.ts";

let t: TestStore;
let dataDir: string;
let ports: Pick<Ports, "store" | "clock" | "attachmentFiles">;

before(async () => {
  t = await openTestStore();
  dataDir = await mkdtemp(join(tmpdir(), "tembo-attachments-"));
  ports = { store: t.store, clock: t.clock, attachmentFiles: createAttachmentFiles(dataDir) };
});
beforeEach(() => t.clock.set(someTime));
after(async () => {
  await t.drop();
  await rm(dataDir, { recursive: true });
});

const upload = (words: string, name = "notes.txt", uploadedBy = t.userId) =>
  storeAttachment(ports, t.organizationId, {
    uploadedBy,
    name,
    mediaType: "text/plain",
    bytes: Readable.from([Buffer.from(words)]),
  });
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
  assert.equal((await ports.attachmentFiles.read(used.sha256)).toString(), "shared");
  await assert.rejects(ports.attachmentFiles.read(alone.sha256), { code: "not_found" });
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
  await assert.rejects(ports.attachmentFiles.read(attachment.sha256), { code: "not_found" });
});

test("limits the total size of an organization's attachments", async () => {
  const organizationId = newId();
  await t.store.organizations.insert({ id: organizationId, name: "Full" });
  const bytes = () => Readable.from([Buffer.from("12345")]);
  const full = {
    id: newId(),
    organizationId,
    sha256: "0".repeat(64),
    name: "full",
    mediaType: "text/plain",
    sizeBytes: maxAttachmentBytesPerOrganization - 5,
    createdAt: someTime,
  };
  await t.store.attachments.insert(full, null);
  const one = { uploadedBy: t.userId, name: "n", mediaType: null };
  await storeAttachment(ports, organizationId, { ...one, bytes: bytes() });
  await assert.rejects(storeAttachment(ports, organizationId, { ...one, bytes: bytes() }), {
    code: "conflict",
  });
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
