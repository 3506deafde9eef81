import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { type Logger, newId } from "../core/base/index.ts";
import { type Attachment, readAttachment } from "../core/sessions/index.ts";
import { openTestBlobs, type TestBlobs } from "../testing/test-blobs.ts";
import { openTestStore, someTime, type TestStore } from "../testing/test-store.ts";
import { moveOldAttachments } from "./move-old-attachments.ts";

let t: TestStore;
let stored: TestBlobs;
const dataDir = mkdtempSync(join(tmpdir(), "tembo-old-attachments-"));
const folder = join(dataDir, "attachments");
const warnings: unknown[] = [];
const log: Logger = { info: () => {}, warn: (about) => void warnings.push(about), error: () => {} };

before(async () => {
  t = await openTestStore();
  stored = await openTestBlobs(t);
});
after(async () => {
  rmSync(dataDir, { recursive: true });
  await stored[Symbol.asyncDispose]();
  await t.drop();
});

/** Stores a file like version 0.1. */
function addFile(words: string): { readonly sha256: string; readonly path: string } {
  const sha256 = createHash("sha256").update(words).digest("hex");
  const path = join(folder, sha256.slice(0, 2), sha256);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, words);
  return { sha256, path };
}

/** Stores an attachment like version 0.1. */
async function addOld(words: string, organizationId = t.organizationId): Promise<Attachment> {
  const { sha256 } = addFile(words);
  const size = { sha256, sizeBytes: words.length, blobId: null };
  const file = { name: "notes.txt", mediaType: "text/plain", createdAt: someTime, ...size };
  const attachment = { id: newId(), organizationId, ...file };
  await t.store.attachments.insert(attachment, t.userId);
  return attachment;
}

async function read({ id, organizationId }: Attachment): Promise<string> {
  const [found] = await t.store.attachments.findVisible({ organizationId, userId: t.userId }, [id]);
  return String(await readAttachment(stored, found!));
}

const move = (blobs = stored.blobs) => moveOldAttachments({ store: t.store, blobs, dataDir, log });

test("moves the attachments of an old data folder, and leaves no folder", async () => {
  const [one, same] = [await addOld("one"), await addOld("one")];
  const other = await addOld("one", await t.addOrganization());
  const two = await addOld("two");
  mkdirSync(join(folder, "incoming"));
  writeFileSync(join(folder, "incoming", newId()), "half");
  await assert.rejects(read(one), { code: "not_found" }, "control");
  await Promise.all([move(), move()]);
  assert.deepEqual(await Promise.all([one, same, other, two].map(read)), ["one", "one", "one", "two"]);
  assert.equal(existsSync(folder), false);
  await move();
});

test("keeps a file until its blob exists, and continues after an interruption", async () => {
  const attachment = await addOld("three");
  const failing = { ...stored.blobs, put: () => Promise.reject(new Error("away")) };
  await assert.rejects(move(failing), /away/);
  await move();
  assert.equal(await read(attachment), "three");
});

test("keeps a file that the database does not know, and reports it", async () => {
  const attachment = await addOld("four");
  const { path } = addFile("of another database");
  await move();
  assert.equal(await read(attachment), "four");
  assert.equal(readFileSync(path, "utf8"), "of another database");
  assert.deepEqual(warnings, [{ files: 1, folder }]);
});

test("removes a file that an interrupted move had already stored", async () => {
  const { path } = addFile("four");
  await move();
  assert.equal(existsSync(path), false);
});
