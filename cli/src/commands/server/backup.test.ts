import assert from "node:assert/strict";
import { test } from "node:test";
import { runTembo } from "../../program.ts";
import { createRecordingTerminal } from "../../testing/recording-terminal.ts";
import { linuxMachine } from "../../testing/test-world.ts";
import type { BackupResult, LocalServer } from "./local-server.ts";

const result: BackupResult = {
  ...{ file: "/b/tembo.tar", bytes: 12_345_678, hasDatabase: true, hasMasterKey: true },
  blobs: null,
  omitted: { unreadable: 0, tooLong: 0, examples: [] },
};

async function run(args: readonly string[], change: Partial<BackupResult> = {}) {
  const asked: unknown[] = [];
  const answer = async (_env: unknown, options: unknown) => {
    asked.push(options);
    return { ...result, ...change };
  };
  const terminal = createRecordingTerminal();
  const status = await runTembo(args, {
    env: {},
    terminal,
    machine: linuxMachine,
    loadLocalServer: async () => ({ runBackup: answer, runRestore: answer }) as unknown as LocalServer,
    loadDoctor: () => Promise.reject(new Error("not loaded")),
  });
  assert.equal(status, 0);
  return { asked, terminal };
}

test("backup omits the master key unless requested, and prints a note", async () => {
  const without = await run(["backup", "tembo.tar"], { hasMasterKey: false });
  assert.deepEqual(without.asked, [
    { file: "tembo.tar", withMasterKey: false, withBlobs: false, parts: "all" },
  ]);
  assert.deepEqual(without.terminal.lines, ["Wrote /b/tembo.tar (11.8 MiB)."]);
  assert.match(without.terminal.notes.join("\n"), /does not include the master key/);
  const with_ = await run(["backup", "tembo.tar", "--with-master-key"]);
  assert.deepEqual(with_.asked, [{ file: "tembo.tar", withMasterKey: true, withBlobs: false, parts: "all" }]);
  assert.deepEqual(with_.terminal.notes, []);
  const files = await run(["backup", "tembo.tar", "--files-only"]);
  assert.deepEqual(files.asked, [
    { file: "tembo.tar", withMasterKey: false, withBlobs: false, parts: "files" },
  ]);
});

test("restore lists what is missing from the backup", async () => {
  const { terminal } = await run(["restore", "tembo.tar"], { hasDatabase: false, hasMasterKey: false });
  assert.deepEqual(terminal.lines, ["Restored /b/tembo.tar (11.8 MiB)."]);
  assert.match(terminal.notes.join("\n"), /not include the database.*\n.*not include the master key/);
  const files = await run(["restore", "tembo.tar", "--files-only"], { hasDatabase: false });
  assert.deepEqual(files.asked, [{ file: "tembo.tar", filesOnly: true }]);
  assert.deepEqual(files.terminal.notes, []);
});

test("backup and restore name the blob store on which the backup depends, or what it includes", async () => {
  const place = "s3://bucket/prefix";
  const without = { blobs: { place, included: null, missing: 0 } };
  const [backup, restore] = [
    await run(["backup", "b.tar"], without),
    await run(["restore", "b.tar"], without),
  ];
  assert.match(
    backup.terminal.notes.join(" "),
    /not include the objects in s3:\/\/bucket\/prefix.*--with-blobs/,
  );
  assert.match(restore.terminal.notes.join(" "), /set TEMBO_BLOBS to this store/);
  const included = { blobs: { place, included: 2, missing: 1 } };
  const full = await run(["backup", "b.tar", "--with-blobs"], included);
  assert.deepEqual(full.asked, [{ file: "b.tar", withMasterKey: false, withBlobs: true, parts: "all" }]);
  assert.match(full.terminal.notes.join(" "), /includes 2 objects from s3.* lacks 1 object to which/);
  assert.deepEqual((await run(["restore", "b.tar"], included)).terminal.notes, [
    "Restored 2 objects to s3://bucket/prefix.",
    "The backup lacks 1 object to which the database refers, because the blob store lacked them.",
  ]);
});

test("backup names the files that it does not include", async () => {
  const notesFor = async (unreadable: number, tooLong: number) =>
    (
      await run(["backup", "b.tar", "--with-master-key"], {
        omitted: { unreadable, tooLong, examples: ["sessions/1/a"] },
      })
    ).terminal.notes;
  assert.deepEqual(await notesFor(2, 1), [
    "The backup does not include 2 files that could not be read, nor 1 file with a path that is too long, such as sessions/1/a. To include them, run the command as the user that runs the server.",
  ]);
  assert.deepEqual(await notesFor(0, 1), [
    "The backup does not include 1 file with a path that is too long, such as sessions/1/a.",
  ]);
  assert.deepEqual(await notesFor(0, 0), [], "control");
});
