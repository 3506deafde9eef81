import assert from "node:assert/strict";
import { test } from "node:test";
import { runTembo } from "../../program.ts";
import { createRecordingTerminal } from "../../testing/recording-terminal.ts";
import { linuxMachine } from "../../testing/test-world.ts";
import type { LocalServer } from "./local-server.ts";

const plan = {
  from: "0.1.0",
  to: "0.2.0",
  dataDir: "/data",
  newestApplied: "0001-initial.sql",
  pending: ["0002-more.sql"],
  keepsPrevious: false,
  running: [] as string[],
};

async function run(args: readonly string[], change: Partial<typeof plan> = {}, answer = "y") {
  const calls: unknown[] = [];
  const terminal = Object.assign(createRecordingTerminal(), { ask: async () => answer });
  const server = {
    planUpgrade: async () => ({ ...plan, ...change }),
    runUpgrade: async (_env: unknown, options: { readonly backup: string }) => {
      calls.push(options.backup);
      return {
        backup: options.backup,
        migrations: plan.pending,
        rows: { sessions: 1_200 },
        database: "PostgreSQL 18",
        durations: { backupMs: 4_200, migrationsMs: 340, verificationMs: 60_000 },
        keepsPrevious: false,
      };
    },
    runUpgradeBack: async (_env: unknown, { isDryRun }: { readonly isDryRun: boolean }) => {
      calls.push(isDryRun ? "check" : "back");
      return { backup: "/b.tar", version: "0.1.0", migration: "0001-initial.sql", kept: "/data/kept" };
    },
  };
  const status = await runTembo(["upgrade", ...args], {
    env: {},
    terminal,
    machine: linuxMachine,
    loadLocalServer: async () => server as unknown as LocalServer,
    loadDoctor: () => Promise.reject(new Error("not loaded")),
  });
  return { status, calls, terminal, text: terminal.lines.join("\n") };
}

test("upgrade shows the plan, and changes nothing with --dry-run, without a migration or without consent", async () => {
  const dry = await run(["--dry-run"]);
  assert.deepEqual([dry.status, dry.calls], [0, []]);
  assert.match(dry.text, /Version: 0.1.0 to 0.2.0\nMigrations to apply: 1\n- 0002-more.sql\n.*cannot run/);
  const current = await run([], { pending: [] });
  assert.deepEqual([current.status, current.calls], [0, []]);
  assert.match(current.text, /The database is up to date/);
  const declined = await run([], {}, "n");
  assert.deepEqual([declined.status, declined.calls], [1, []]);
});

test("upgrade writes the backup next to the data folder, and explains how to go back", async () => {
  const { calls, text } = await run(["--yes"], {}, "n");
  assert.match(String(calls[0]), /^\/data-before-upgrade-2.*Z[.]tar$/);
  assert.match(
    text,
    /1,200 sessions.\nDurations: backup 4.2 s, migrations 340 ms, verification 1 min.\nStart the server.\n.*tembo upgrade --back/,
  );
  assert.deepEqual((await run(["--backup", "/b.tar"])).calls, ["/b.tar"]);
});

test("upgrade --back checks before it asks, and --dry-run only checks", async () => {
  assert.deepEqual((await run(["--back"])).calls, ["check", "back"]);
  assert.deepEqual((await run(["--back"], {}, "n")).calls, ["check"]);
  assert.deepEqual((await run(["--back", "--dry-run"])).calls, ["check"]);
  assert.equal((await run(["--back", "--backup", "/b.tar"])).status, 2);
});
