import assert from "node:assert/strict";
import { test } from "node:test";
import { runTembo } from "../../program.ts";
import { createRecordingTerminal } from "../../testing/recording-terminal.ts";
import { linuxMachine } from "../../testing/test-world.ts";
import type { LocalServer } from "./local-server.ts";

async function run(answer: string, ...args: string[]) {
  const addresses: string[] = [];
  const terminal = Object.assign(createRecordingTerminal(), { ask: async () => answer });
  const resetPersonPassword = async (_env: unknown, email: string) => {
    addresses.push(email);
    return { email, password: "generated" };
  };
  const status = await runTembo(["reset-password", "ada@example.com", ...args], {
    env: {},
    terminal,
    machine: linuxMachine,
    loadLocalServer: async () => ({ resetPersonPassword }) as unknown as LocalServer,
    loadDoctor: () => Promise.reject(new Error("not loaded")),
  });
  return { status, addresses, terminal };
}

test("reset-password prints only the new password, after a confirmation", async () => {
  const { status, addresses, terminal } = await run("y");
  assert.deepEqual([status, addresses, terminal.lines], [0, ["ada@example.com"], ["generated"]]);
  const declined = await run("n");
  assert.deepEqual([declined.status, declined.addresses], [1, []]);
  assert.deepEqual((await run("n", "--yes")).addresses, ["ada@example.com"], "control: --yes skips it");
});
