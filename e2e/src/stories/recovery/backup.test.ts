import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdir, open, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import Tembo from "@tembo-io/sdk";
import { createTestDatabase } from "../../../../server/src/testing/test-database.ts";
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

const refuses = (
  dataDir: string,
  from: string,
  sentence: RegExp,
  env: Readonly<Record<string, string>> = {},
) => rejectsWithOutput(runOperatorCommand(dataDir, ["restore", from], env), sentence);

test("restores a running server's backup to another path and database, and an old session continues there", async () => {
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

  const events = await world.events(session.id);
  const { branchName } = await world.client.session.retrieve(session.id);
  const database = await createTestDatabase();
  after(() => database.drop());
  for (const env of [{}, { DATABASE_URL: database.url }]) {
    const kind = "DATABASE_URL" in env ? "external" : "embedded";
    const restored = join(folder.path, kind);
    await runOperatorCommand(restored, ["restore", file], env);
    const moved = await startMoved(restored, env);
    try {
      const client = new Tembo({ apiKey: API_KEY, baseURL: moved.url });
      const { items } = await client.session.listEvents(session.id, { limit: 100 });
      assert.deepEqual(
        items.map(({ id }) => id),
        events.map(({ id }) => id),
        kind,
      );
      const url = moved.url + new URL(repository.url).pathname;
      assert.equal(await remoteFile(url, API_KEY, branchName!, "one.txt"), "1");
      await continueSession(client, session.id, items.at(-1)!.id);
      assert.equal(await remoteFile(url, API_KEY, branchName!, "two.txt"), "2", kind);
    } finally {
      await moved.stop();
    }
  }
  await refuses(join(folder.path, "third"), file, /The database ".*" is not empty/, {
    DATABASE_URL: database.url,
  });
});

/** Starts a server on a restored data folder. */
const startMoved = (dataDir: string, env: Readonly<Record<string, string>>) =>
  startTemboProcess({
    dataDir,
    apiKey: API_KEY,
    env: {
      ...env,
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

/** Runs another turn, which reads a file of the first one. The organization has a secret: without the master key, the turn would fail. */
async function continueSession(client: Tembo, id: string, afterId: number): Promise<void> {
  await client.session.messages.create(id, {
    content:
      'Now the second. SCRIPT(bash("cat one.txt && echo found"), write("two.txt", "2\\n"), say("Both."))',
  });
  const log: string[] = [];
  for await (const event of client.session.events(id, { after: afterId })) {
    log.push(JSON.stringify(event.eventData));
    if (/^turn\.(completed|failed|cancelled)$/.test(event.eventType)) break;
  }
  assert.match(log.at(-1)!, /"turn.completed"/, log.join("\n"));
}

/** Returns the offset of a member's content in a tar file. The content follows a header of one block. */
async function contentOffset(tar: string, member: string): Promise<number> {
  const { stdout } = await promisify(execFile)("tar", ["--list", "--block-number", "--file", tar]);
  const line = stdout.split("\n").find((one) => one.endsWith(`: ${member}`) || one.endsWith(`: ./${member}`));
  const block = Number(/^block (\d+):/.exec(line ?? "")?.[1]);
  assert.ok(block >= 0, stdout);
  return (block + 1) * 512;
}

test("restore rejects a folder with data, a damaged file and a file that is not a backup", async () => {
  await refuses(world.dataDir, file, /is not empty/);
  const empty = join(folder.path, "empty");
  await mkdir(empty);
  await refuses(empty, join(folder.path, "nowhere.tar"), /nowhere\.tar does not exist/);
  const other = join(folder.path, "other.tar");
  await writeFile(other, "not a backup");
  await refuses(empty, other, /tar exited with code 2|not a backup/);
  const damaged = await open(file, "r+");
  await damaged.write(Buffer.alloc(64, 1), 0, 64, await contentOffset(file, "files.tar.zst"));
  await damaged.close();
  await refuses(empty, file, /The backup is damaged/);
  await rm(file);
});
