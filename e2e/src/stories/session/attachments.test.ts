import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Attachment, BadRequestError } from "@tembo-io/sdk";
import { API_KEY, endings, ofType, remoteFile, startWorld, type World } from "../../support/index.ts";
import { aPicture } from "../../support/picture.ts";
import { resultsOf } from "../../support/tool-results.ts";

let world: World;

before(async () => {
  world = await startWorld();
});
after(async () => {
  await world.close();
});

const bytesOf = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;

test("passes a file and a picture to the agent with the first message, and commits neither", async () => {
  const repository = await world.repository("attach/app", { "a.txt": "1\n" });
  const notes = await world.client.attachments.create({
    name: "my notes.txt",
    content: bytesOf("remember the milk\n"),
    mediaType: "text/plain",
  });
  const red = await world.client.attachments.create({ name: "red.png", content: aPicture() });
  assert.deepEqual([notes.mediaType, notes.sizeBytes, red.mediaType], ["text/plain", 18, "image/png"]);
  const session = await world.client.session.create({
    prompt:
      'Look. SCRIPT(bash("cat ~/attachments/*/*.txt; cp ~/attachments/*/*.png logo.png"), say("Seen."))',
    repositories: [repository.url],
    attachments: [notes.id, red.id],
  });
  const events = await world.ended(session.id);
  assert.equal(endings(events)[0]?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
  assert.match(resultsOf(events).join("\n"), /remember the milk/);
  assert.ok(
    world.model.requests.some(({ pictures }) => pictures.includes("image/png")),
    "the model receives the picture",
  );
  assert.deepEqual(
    ofType(events, "message.queued")[0]?.eventData.attachments,
    [notes, red].map(({ id, name, mediaType }) => ({ id, name, mediaType })),
  );
  const { items } = await world.client.session.messages.list(session.id);
  assert.deepEqual(items[0]?.attachments, [notes, red]);
  const { branchName } = await world.client.session.retrieve(session.id);
  await assert.rejects(remoteFile(repository.url, API_KEY, branchName!, "attachments"));
});

/** Returns the paths of all blobs in the data folder. */
async function blobFiles(): Promise<string[]> {
  const folder = join(world.dataDir, "blobs", "o");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

test("stores identical content once, and returns it unchanged", async () => {
  const content = bytesOf("the same words");
  const before = await blobFiles();
  const made: Attachment[] = [];
  for (const name of ["one.bin", "two.bin"])
    made.push(await world.client.attachments.create({ name, content }));
  assert.notEqual(made[0]!.id, made[1]!.id);
  assert.equal(made[0]!.sha256, made[1]!.sha256);
  const added = (await blobFiles()).filter((file) => !before.includes(file));
  assert.equal(added.length, 1);
  assert.ok(!(await readFile(added[0]!)).includes("the same words"), "the file is encrypted");
  assert.deepEqual(await readdir(join(world.dataDir, "blobs", "incoming")), []);
  const response = await world.client.attachments.content(made[1]!.id);
  assert.equal(await response.text(), "the same words");
  assert.match(response.headers.get("content-disposition") ?? "", /^attachment; filename\*=UTF-8''two\.bin$/);
});

test("rejects attachments that are too large, empty, invalidly named or missing", async () => {
  const { attachments } = world.client;
  const large = new Uint8Array(10 * 1024 * 1024 + 1);
  const refusals = [
    [() => attachments.create({ name: "large", content: large }), /10 MiB/],
    [() => attachments.create({ name: "empty", content: new Uint8Array() }), /empty/],
    [() => attachments.create({ name: "../up", content: bytesOf("x") }), /"name"/],
    [() => attachments.create({ name: "..", content: bytesOf("x") }), /"name"/],
    [
      () =>
        world.client.session.create({
          prompt: "Go.",
          attachments: ["01890a5d-ac96-774b-bcce-b302099a8057"],
        }),
      /Attachment .* was not found/,
    ],
  ] as const;
  for (const [call, message] of refusals)
    await assert.rejects(call, (error) => error instanceof BadRequestError && message.test(error.message));
});
