import assert from "node:assert/strict";
import { test } from "node:test";
import { runTembo } from "../../program.ts";
import { createRecordingTerminal } from "../../testing/recording-terminal.ts";
import { linuxMachine } from "../../testing/test-world.ts";
import type { LocalServer } from "./local-server.ts";

const result = { file: "/b/tembo.tar", bytes: 12_345_678, hasDatabase: true, hasMasterKey: true };

async function run(args: readonly string[], change: Partial<typeof result> = {}) {
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
  assert.deepEqual(without.asked, [{ file: "tembo.tar", withMasterKey: false }]);
  assert.deepEqual(without.terminal.lines, ["Wrote /b/tembo.tar (11.8 MiB)."]);
  assert.match(without.terminal.notes.join("\n"), /does not include the master key/);
  const with_ = await run(["backup", "tembo.tar", "--with-master-key"]);
  assert.deepEqual(with_.asked, [{ file: "tembo.tar", withMasterKey: true }]);
  assert.deepEqual(with_.terminal.notes, []);
});

test("restore lists what is missing from the backup", async () => {
  const { terminal } = await run(["restore", "tembo.tar"], { hasDatabase: false, hasMasterKey: false });
  assert.deepEqual(terminal.lines, ["Restored /b/tembo.tar (11.8 MiB)."]);
  assert.match(terminal.notes.join("\n"), /not include the database.*\n.*not include the master key/);
});
