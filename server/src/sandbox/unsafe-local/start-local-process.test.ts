import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { ProcessRecords } from "../processes/process-records.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { startLocalProcess } from "./start-local-process.ts";

test("reports the exit of a program whose output breaks afterward", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-local-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  // The daemon keeps the output open, because it is no longer recognizable as a process of the program.
  const script = `mkfifo ready; env -u TMPDIR setsid sh -c 'echo $$ > ready; exec sleep 60' &
    read -r pid < ready; echo $pid; exit 7`;
  const program = startLocalProcess(
    { argv: ["sh", "-c", script], cwd: folder, env: { PATH: process.env.PATH! } },
    join(folder, "tmp"),
    new ProcessRecords(join(folder, "processes")),
  );
  const lines = createInterface({ input: program.stdout });
  lines.once("line", (pid) => t.after(() => process.kill(Number(pid), "SIGKILL")));
  lines.on("error", () => {});
  const before = program.stdout.listenerCount("close");
  assert.ok(await waitUntil(() => program.stdout.listenerCount("close") > before, 10_000));
  program.stdout.destroy(new Error("broken"));
  assert.deepEqual(await program.exited, { code: 7, signal: null });
});
