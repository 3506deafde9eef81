import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { maxArtifactBytes } from "../../../sessions/index.ts";
import type { SandboxCommand, SandboxProcess } from "../../sandbox/sandbox.ts";
import type { ToolCall } from "../tool-call.ts";
import { takeScreenshot } from "./take-screenshot.ts";

const input = { url: "http://localhost:3000/", width: 300, height: 200, fullPage: false };

/** A call in whose sandbox the program writes this output and exits. Without output, it waits until its input ends. */
function callWith(
  output: { readonly stdout: Buffer; readonly stderr?: string; readonly code: number } | null,
  { limit = null as string | null, signal = new AbortController().signal } = {},
) {
  const commands: SandboxCommand[] = [];
  const signals: AbortSignal[] = [];
  const spawn = (command: SandboxCommand, signal: AbortSignal): SandboxProcess => {
    commands.push(command);
    signals.push(signal);
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const exited = Promise.withResolvers<{ code: number | null; signal: null }>();
    const exit = (code: number) => {
      stdout.end();
      stderr.end();
      exited.resolve({ code, signal: null });
    };
    if (output === null) stdin.resume().once("end", () => exit(1));
    else {
      stdout.write(output.stdout);
      stderr.write(output.stderr ?? "");
      exit(output.code);
    }
    return { stdin, stdout, stderr, exited: exited.promise } as unknown as SandboxProcess;
  };
  const call = {
    context: { checkouts: [], message: { author: null }, secrets: { environment: {} }, run: null },
    sandbox: {
      spawn,
      workspacePath: "/workspace",
      tools: { program: "/bin/tembo" },
      limitReached: () => limit,
    },
    workspace: { moving: <T>(work: () => Promise<T>) => work() },
    signal,
  } as unknown as ToolCall;
  return { call, commands, signals };
}

test("rejects output that is not a PNG, or that exceeds the limit of an artifact", async () => {
  for (const [stdout, expected] of [
    [Buffer.from("<svg></svg>"), { code: "conflict", message: /returned no PNG/ }],
    [Buffer.alloc(maxArtifactBytes + 1), { code: "invalid_input", message: /limit of 5242880 bytes/ }],
  ] as const) {
    const { call, signals } = callWith({ stdout, code: 0 });
    await assert.rejects(takeScreenshot(call, input), expected);
    assert.ok(signals[0]!.aborted, "kills the program");
  }
});

test("reports the end of the program's errors, and a limit that was reached", async () => {
  const stderr = `${"x".repeat(10_000)} Chromium exited`;
  const { call } = callWith({ stdout: Buffer.alloc(0), stderr, code: 1 }, { limit: "Memory is full." });
  await assert.rejects(takeScreenshot(call, input), ({ message }: Error) => {
    assert.match(message, /x Chromium exited\. Memory is full\.$/);
    return message.length < 3_000;
  });
});

test("ends the program's input when the caller disconnects, so that it cleans up", async () => {
  const caller = new AbortController();
  const { call, signals } = callWith(null, { signal: caller.signal });
  const taking = takeScreenshot(call, input);
  assert.equal(signals[0]!.aborted, false);
  caller.abort();
  await assert.rejects(taking, { name: "AbortError" });
});

test("passes the page and the limit to the program as one argument", async () => {
  const { call, commands } = callWith({ stdout: Buffer.alloc(0), code: 1 });
  await assert.rejects(takeScreenshot(call, { ...input, url: "http://localhost/$(id)?a=' b" }));
  const [program, command, argument] = commands[0]!.argv;
  assert.deepEqual([program, command], ["/bin/tembo", "take-screenshot"]);
  assert.deepEqual(JSON.parse(argument!), {
    ...input,
    url: "http://localhost/$(id)?a=' b",
    maxBytes: maxArtifactBytes,
  });
});
