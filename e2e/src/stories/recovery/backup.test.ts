import assert from "node:assert/strict";
import { chmod, mkdir, open, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import Tembo from "@tembo-io/sdk";
import {
  API_KEY,
  rejectsWithOutput,
  remoteFile,
  runOperatorCommand,
  startTemboProcess,
  startWorld,
  temporaryDataDir,
  type World,
} from "../../support/index.ts";

let world: World;
let folder: Awaited<ReturnType<typeof temporaryDataDir>>;
let file: string;

before(async () => {
  world = await startWorld();
  folder = await temporaryDataDir();
  await chmod(folder.path, 0o711);
  file = join(folder.path, "tembo.tar");
});
after(async () => {
  await folder.remove();
  await world.close();
});

const refuses = (dataDir: string, from: string, sentence: RegExp) =>
  rejectsWithOutput(runOperatorCommand(dataDir, ["restore", from]), sentence);

test("restores a running server's backup to another path, and an old session continues there", async () => {
  const repository = await world.repository("backup/app", { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt: 'Write. SCRIPT(write("one.txt", "1\\n"), say("The first file is there."))',
    repositories: [repository.url],
  });
  await world.ended(session.id);
  const { orgId } = await world.client.me.retrieve();
  await world.client.organizations.secrets.create(orgId!, { key: "KEPT", value: "in-the-backup" });
  await runOperatorCommand(world.dataDir, ["backup", file, "--with-master-key"]);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  await rejectsWithOutput(runOperatorCommand(world.dataDir, ["backup", file]), /already exists/);
  assert.equal(
    (await world.client.session.retrieve(session.id)).state.current,
    "completed",
    "the server keeps running during the backup",
  );

  const restored = join(folder.path, "restored");
  await runOperatorCommand(restored, ["restore", file]);
  const moved = await startTemboProcess({
    dataDir: restored,
    apiKey: API_KEY,
    env: {
      ANTHROPIC_BASE_URL: world.model.url,
      ANTHROPIC_API_KEY: "x",
      TEMBO_KEEP_ALIVE_MINUTES: "0",
      // Base of the user IDs that own the session folders.
      TEMBO_SANDBOX_UID_BASE: String(world.uidBase),
      ...(process.env.TEMBO_TEST_HARNESS_DIR !== undefined && {
        TEMBO_HARNESS_SEED_DIR: process.env.TEMBO_TEST_HARNESS_DIR,
      }),
    },
  });
  try {
    const client = new Tembo({ apiKey: API_KEY, baseURL: moved.url });
    const events = await client.session.listEvents(session.id, { limit: 100 });
    assert.deepEqual(
      events.items.map(({ id }) => id),
      (await world.events(session.id)).map(({ id }) => id),
    );
    const { branchName } = await client.session.retrieve(session.id);
    const url = moved.url + new URL(repository.url).pathname;
    assert.equal(await remoteFile(url, API_KEY, branchName!, "one.txt"), "1");
    // The organization has a secret. Without the master key, the turn would fail.
    const after = events.items.at(-1)!.id;
    await client.session.messages.create(session.id, {
      content:
        'Now the second. SCRIPT(bash("cat one.txt && echo found"), write("two.txt", "2\\n"), say("Both."))',
    });
    const log: string[] = [];
    for await (const event of client.session.events(session.id, { after })) {
      log.push(JSON.stringify(event.eventData));
      if (/^turn\.(completed|failed|cancelled)$/.test(event.eventType)) break;
    }
    assert.match(log.at(-1)!, /"turn.completed"/, log.join("\n"));
    assert.equal(await remoteFile(url, API_KEY, branchName!, "two.txt"), "2");
  } finally {
    await moved.stop();
  }
});

test("restore rejects a folder with data, a damaged file and a file that is not a backup", async () => {
  await refuses(world.dataDir, file, /is not empty/);
  const empty = join(folder.path, "empty");
  await mkdir(empty);
  await refuses(empty, join(folder.path, "nowhere.tar"), /nowhere\.tar does not exist/);
  const other = join(folder.path, "other.tar");
  await writeFile(other, "not a backup");
  await refuses(empty, other, /tar exited with code 2|not a backup/);
  const damaged = await open(file, "r+");
  await damaged.write(Buffer.alloc(64, 1), 0, 64, 20_000);
  await damaged.close();
  await refuses(empty, file, /The backup is damaged/);
  await rm(file);
});
