import assert from "node:assert/strict";
import { chmod, copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { API_KEY, ofType, remoteFile, startWorld, type World } from "../../support/index.ts";

const KEY = "amp-key-that-stays-outside";
/** A host of the service that does not resolve. The egress proxy would report a denial before the lookup. */
const NOWHERE = "nowhere.tembo-test.ampcode.com";
const fake = fileURLToPath(
  new URL("../../../../server/src/harness/stream-json/testing/fake-program.cjs", import.meta.url),
);
let folder: string;
let world: World;
let organizationId: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tembo-stream-json-"));
  await chmod(folder, 0o755);
  const program = join(folder, "fake-program.cjs");
  await copyFile(fake, program);
  // A separate program, as in a user's installation. The sandbox can read only the program's folder.
  const start = join(folder, "start");
  await writeFile(start, `#!/bin/sh\nexec node ${program} "$@"\n`, { mode: 0o755 });
  const amp = { argv: [start], readOnlyPaths: [folder] };
  world = await startWorld({
    prepare: (dataDir) => writeFile(join(dataDir, "harnesses.json"), JSON.stringify({ amp })),
  });
  organizationId = (await world.client.me.retrieve()).orgId!;
  await setKey(KEY);
});
after(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

const setKey = (ampApiKey: string | null) =>
  world.client.organizations.settings.update(organizationId, { ampApiKey });

async function runtime() {
  const { items } = await world.client.runtimes.list({ limit: 100 });
  return items.find(({ name }) => name === "amp")!;
}

async function ask(prompt: string) {
  const session = await world.client.session.create({ prompt, agent: "amp" });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  return events;
}

test("runs a session with a stream JSON program in its sandbox, and resumes its thread", async () => {
  const repository = await world.repository("stream/app", { "notes.txt": "old\n" });
  const session = await world.client.session.create({
    prompt: "edit\nsay Edited.",
    agent: "amp",
    repositories: [repository.url],
  });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  assert.match(JSON.stringify(ofType(events, "text")), /Edited\./);
  const { branchName } = await world.client.session.retrieve(session.id);
  assert.equal((await remoteFile(repository.url, API_KEY, branchName!, "notes.txt")).trim(), "new");
  await world.client.messages.create({ sessionId: session.id, content: "remember" });
  const later = await world.ended(session.id, 2);
  assert.match(JSON.stringify(ofType(later, "text")), /remembers 1/);
});

test("adds the organization's key outside the sandbox, and creates no session without a key", async () => {
  // The variable comes last, because consecutive texts are merged into one event.
  const prompt = `ask https://${NOWHERE}/\nenv AMP_API_KEY`;
  await setKey(null);
  assert.equal((await runtime()).hasApiKey, false);
  await assert.rejects(ask(prompt), { status: 400, message: /No API key for Amp is configured/ });
  await setKey(KEY);
  assert.deepEqual([(await runtime()).hasApiKey, (await runtime()).availability.status], [true, "available"]);
  const events = await ask(prompt);
  assert.match(JSON.stringify(ofType(events, "text")), /AMP_API_KEY=tembo-adds-the-key-outside/);
  assert.deepEqual(ofType(events, "egress.denied"), []);
  assert.ok(!JSON.stringify(events).includes(KEY));
});
