import assert from "node:assert/strict";
import { PassThrough, Readable } from "node:stream";
import { test } from "node:test";
import { createMasker } from "../../base/index.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { BuildContext } from "./build-context.ts";
import { runLogged } from "./run-logged.ts";

/** Runs a program that prints the pieces. */
async function tailOf(pieces: readonly string[], secret: string): Promise<string> {
  const sandbox = {
    spawn: () => ({
      stdin: new PassThrough(),
      stdout: Readable.from(pieces.map((text) => Buffer.from(text))),
      stderr: Readable.from([]),
      exited: Promise.resolve({ code: 1 }),
    }),
  } as unknown as Sandbox;
  const context = {
    output: { add: async () => {} },
    secrets: { environment: {} },
    masker: createMasker([{ key: "TOKEN", value: secret }]),
  } as unknown as BuildContext;
  const { signal } = new AbortController();
  return (await runLogged(context, sandbox, { argv: ["true"], cwd: "/" }, signal)).tail;
}

test("masks the output before it keeps only the end", async () => {
  const secret = "sesame-".repeat(1_400);
  const longOutput = `${secret}${"y".repeat(100)}`;
  assert.ok(longOutput.length > 8_000, "control: the limit would split the secret");
  const middle = 5_000;
  const tail = await tailOf([longOutput.slice(0, middle), longOutput.slice(middle)], secret);
  assert.equal(tail, `[secret TOKEN]${"y".repeat(100)}`);
});

test("keeps the last 8,000 characters", async () => {
  assert.equal(await tailOf(["x".repeat(9_000), "end"], "sesame"), `${"x".repeat(7_997)}end`);
});
