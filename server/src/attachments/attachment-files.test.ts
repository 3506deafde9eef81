import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, before, test } from "node:test";
import { createAttachmentFiles } from "./attachment-files.ts";

let dataDir: string;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tembo-attachments-"));
});
after(() => rm(dataDir, { recursive: true }));

const bytes = (...chunks: string[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
const incoming = () => readdir(join(dataDir, "attachments", "incoming"));

test("serves a file by its SHA-256 only after the upload has been completed", async () => {
  const files = createAttachmentFiles(dataDir);
  const received = await files.receive(bytes("one ", "and two"), 100);
  assert.deepEqual([received.sizeBytes, received.head.toString()], [11, "one and two"]);
  await assert.rejects(files.read(received.sha256), { code: "not_found" });
  await received.keep();
  await received.keep();
  await received.discard();
  assert.equal((await files.read(received.sha256)).toString(), "one and two");
  assert.deepEqual(await incoming(), []);
});

test("stores identical bytes received concurrently as one file", async () => {
  const files = createAttachmentFiles(dataDir);
  const received = await Promise.all(Array.from({ length: 8 }, () => files.receive(bytes("same"), 100)));
  await Promise.all(received.map((one) => one.keep()));
  await Promise.all(received.map((one) => one.discard()));
  assert.equal(new Set(received.map(({ sha256 }) => sha256)).size, 1);
  assert.equal((await files.read(received[0]!.sha256)).toString(), "same");
});

test("leaves no files behind when an upload is too large or the client disconnects", async () => {
  const files = createAttachmentFiles(dataDir);
  await assert.rejects(files.receive(bytes("12345", "67890", "1"), 10), { code: "invalid_input" });
  assert.equal((await files.receive(bytes("12345", "67890"), 10)).sizeBytes, 10);
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from("x");
      throw new Error("gone");
    })(),
  );
  await assert.rejects(files.receive(broken, 10), /gone/);
  assert.equal((await incoming()).length, 1, "only the file of the successful upload remains");
});

test("removes a dead process's incoming file once the file is old enough", async () => {
  const files = createAttachmentFiles(dataDir);
  const old = join(dataDir, "attachments", "incoming", "old");
  await writeFile(old, "half");
  await utimes(old, new Date(0), new Date(0));
  await files.removeAbandoned(new Date(1_000));
  assert.ok(!(await incoming()).includes("old"));
  assert.equal((await incoming()).length, 1, "a recent file remains");
});

test("does not fail when a file is removed twice", async () => {
  const files = createAttachmentFiles(dataDir);
  const { sha256, keep } = await files.receive(bytes("short life"), 100);
  await keep();
  await files.remove(sha256);
  await files.remove(sha256);
  await assert.rejects(files.read(sha256), { code: "not_found" });
});
