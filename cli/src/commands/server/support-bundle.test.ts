import assert from "node:assert/strict";
import { test } from "node:test";
import { runTembo } from "../../program.ts";
import { createRecordingTerminal } from "../../testing/recording-terminal.ts";
import { linuxMachine } from "../../testing/test-world.ts";
import type { LocalServer } from "./local-server.ts";

test("support-bundle prints what the file contains and what it omits", async () => {
  const terminal = createRecordingTerminal();
  const writeSupportBundle = async (_env: unknown, { file }: { readonly file: string }) => ({
    file: `/b/${file}`,
    bytes: 2_048,
    contains: ["versions"],
    omits: ["keys"],
  });
  const status = await runTembo(["support-bundle"], {
    env: {},
    terminal,
    machine: linuxMachine,
    loadLocalServer: async () => ({ writeSupportBundle }) as unknown as LocalServer,
    loadDoctor: () => Promise.reject(new Error("not loaded")),
  });
  assert.equal(status, 0);
  assert.deepEqual(terminal.lines, [
    "Wrote /b/tembo-support.tar.gz (2 KiB).",
    "It contains:",
    "- versions",
    "It does not contain:",
    "- keys",
  ]);
});
