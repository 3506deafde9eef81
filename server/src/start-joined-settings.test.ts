import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { readJoined, requireNotJoined, withJoined, writeJoined } from "./start-joined-settings.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tembo-"));
});
afterEach(() => rm(folder, { recursive: true }));

const answer = { variables: { DATABASE_URL: "postgresql://db.example/tembo" }, masterKey: "keys\n" };

test("stores settings and keys for later starts, readable only by the owner", async () => {
  const dataDir = join(folder, "data");
  assert.deepEqual(await readJoined(dataDir), {});
  await requireNotJoined(dataDir);
  await writeJoined(dataDir, answer);
  assert.deepEqual(await readJoined(dataDir), answer.variables);
  assert.equal(await readFile(join(dataDir, "master.key"), "utf8"), answer.masterKey);
  for (const name of ["joined.json", "master.key"])
    assert.equal((await stat(join(dataDir, name))).mode & 0o777, 0o600);
});

test("refuses a data folder with a master key or with settings, and replaces nothing", async () => {
  for (const name of ["joined.json", "master.key"]) {
    await writeFile(join(folder, name), "own");
    await assert.rejects(requireNotJoined(folder), { code: "conflict", message: /Start it without --join/ });
    await assert.rejects(writeJoined(folder, answer), { code: "invalid_input" });
    assert.deepEqual(await readdir(folder), [name], "leaves nothing else behind");
    assert.equal(await readFile(join(folder, name), "utf8"), "own");
    await rm(join(folder, name));
  }
});

test("adds the settings to the environment, in which set variables take precedence", async () => {
  await writeJoined(folder, {
    ...answer,
    variables: { DATABASE_URL: "postgresql://a/b", TEMBO_BLOBS: "s3://one" },
  });
  const env = { TEMBO_DATA_DIR: folder, TEMBO_BLOBS: "s3://two", DATABASE_URL: "" };
  const machine = { isRoot: true, homeDir: "/root" };
  const expected = { TEMBO_DATA_DIR: folder, TEMBO_BLOBS: "s3://two", DATABASE_URL: "postgresql://a/b" };
  assert.deepEqual(await withJoined(env, machine), expected);
});

test("reports a damaged file with settings", async () => {
  await writeFile(join(folder, "joined.json"), "{");
  await assert.rejects(readJoined(folder), {
    code: "invalid_input",
    message: /joined\.json cannot be used.*join again/,
  });
});
