import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { methods } from "@agentclientprotocol/sdk/unstable";
import type { HarnessUpdate, Sandbox } from "../../core/turns/index.ts";
import { collect, idle, isError, joinText, testHarnessContract, textPrompt } from "../harness-contract.ts";
import { stubSpec } from "../stub/spec.ts";
import { harnessStart } from "../testing/harness-start.ts";
import { localSandbox } from "../testing/local-sandbox.ts";
import { quietLog } from "../testing/quiet-log.ts";
import { passing, play, startStub } from "../testing/start-stub.ts";
import { startConversation } from "./start-conversation.ts";
import type { StartTimer } from "./timer.ts";
import { defaultPace } from "./updates/flood-gate.ts";

for (const env of [{}, { STUB_START: "load-only" }, { STUB_CAN: "steer" }]) {
  testHarnessContract(`stub ${JSON.stringify(env)}`, async () => {
    const sandbox = localSandbox();
    return {
      sandbox,
      canSteer: "STUB_CAN" in env,
      countsOutput: true,
      start: (conversationId, given) => startStub({ sandbox, env, conversationId, given }),
      prompts: {
        hello: "say hello",
        edit: "edit",
        stream: "forever tick",
        runTool: (command) => `run ${command}`,
        modelError: "error model: overloaded",
        remember: null,
        askedEdit: "guarded-edit",
      },
    };
  });
}

test("joins text updates in quick succession, and keeps thoughts separate", async () => {
  const updates = await play("say a\nsay b\nthink c\nthink d\nsay e");
  const words = updates.filter((update) => update.type === "text" || update.type === "thought");
  assert.equal(words.map((update) => `${update.type}:${update.text}`).join(" "), "text:ab thought:cd text:e");
});

test("yields the plan and the title as updates", async () => {
  const updates = await play("plan\ntitle A good name");
  assert.deepEqual(updates.slice(0, 2), [
    {
      type: "plan",
      entries: [
        { content: "look", status: "completed" },
        { content: "leap", status: "inProgress" },
      ],
    },
    { type: "title", title: "A good name" },
  ]);
});

test("waits briefly for a title that arrives after the prompt's result", async () => {
  const updates = await play("late-title Renamed");
  assert.ok(updates.some((update) => update.type === "title" && update.title === "Renamed"));
  assert.equal(updates.at(-1)?.type, "harness.ended");
  const impatient = await play("late-title Renamed", { startTimer: passing(200) });
  assert.ok(!impatient.some((update) => update.type === "title"));
});

test("does not wait for a title if the conversation already has one", async () => {
  const waits = (waited: number[]): StartTimer => {
    return (ms, callback) => {
      waited.push(ms);
      return passing(200)(ms, callback);
    };
  };
  const titled: number[] = [];
  await play("title A good name", { startTimer: waits(titled) });
  assert.ok(!titled.includes(200));
  const untitled: number[] = [];
  await play("say hello", { startTimer: waits(untitled) });
  assert.ok(untitled.includes(200));
});

test("ignores a title that only repeats the prompt", async () => {
  const updates = await play("title title tit\ntitle another");
  const titles = updates.filter((update) => update.type === "title");
  assert.deepEqual(titles, [{ type: "title", title: "another" }]);
});

test("reports the usage from the prompt's result, or otherwise from the context update", async () => {
  const usageOf = (updates: HarnessUpdate[]) => updates.find((update) => update.type === "usage");
  assert.deepEqual(usageOf(await play("context 77")), {
    type: "usage",
    inputTokens: 100,
    outputTokens: 20,
    cachedInputTokens: 30,
  });
  assert.equal(usageOf(await play("no usage")), undefined);
  await using conversation = await startStub();
  const blocks = [...textPrompt("context 77"), ...textPrompt("no usage")];
  assert.deepEqual(usageOf(await collect(conversation.prompt(blocks, idle()))), {
    type: "usage",
    inputTokens: 77,
    outputTokens: 0,
    cachedInputTokens: 0,
  });
});

const { session: _, ...clientMethods } = methods.client;
const refusedMethods = [
  ...Object.values(clientMethods).flatMap((group) => Object.values(group)),
  "fs/delete",
  "terminal/nonsense",
  "session/prompt",
  "no/such/method",
  "__proto__",
  "constructor",
];
for (const method of refusedMethods) {
  test(`rejects a request that would run outside the sandbox: ${method}`, async () => {
    assert.equal(joinText(await play(`request ${method}`)), "refused -32601");
  });
}

test("ignores non-protocol output on stdout and unknown updates", async () => {
  const updates = await play("noise hm\nbad-update\nstrange-update\nother-session not ours\nsay hello");
  assert.equal(joinText(updates), "hello");
});

test("reports non-protocol output, stderr and the exit code when the harness exits unexpectedly", async () => {
  await assert.rejects(
    play("noise strange words\nsay hi\ncrash out of memory"),
    isError(
      "harness_failed",
      /Stub exited with code 7 while it worked on the prompt.*strange words.*out of memory/,
    ),
  );
  await assert.rejects(play("kill"), isError("harness_failed", /was killed by SIGKILL/));
});

test("yields the pending updates before it reports that the harness exited", async () => {
  await using conversation = await startStub();
  const seen: HarnessUpdate[] = [];
  await assert.rejects(async () => {
    for await (const update of conversation.prompt(textPrompt("say hi\ncrash now"), idle()))
      seen.push(update);
  }, isError("harness_failed"));
  assert.equal(joinText(seen), "hi");
});

test("yields the remaining output first, even if the exit code arrives earlier", async () => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const exit = Promise.withResolvers<{ code: number; signal: null }>();
  const send = (message: object) => stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const results: Record<string, object> = {
    initialize: { protocolVersion: 1 },
    "session/new": { sessionId: "s" },
  };
  stdin.setEncoding("utf8").on("data", async (line: string) => {
    const { id, method } = JSON.parse(line) as { id: number; method: string };
    if (results[method]) return send({ id, result: results[method] });
    exit.resolve({ code: 1, signal: null });
    // Waits until a timer of 0 ms would have fired.
    await new Promise((resolve) => setTimeout(resolve, 20));
    const update = { sessionUpdate: "agent_message_chunk", content: { type: "text", text: "last" } };
    send({ method: "session/update", params: { sessionId: "s", update } });
    stdout.end();
    stderr.destroy();
  });
  const process = { stdin, stdout, stderr, exited: exit.promise };
  const sandbox: Sandbox = { ...localSandbox(), spawn: () => process };
  const conversation = await startStub({ sandbox });
  const seen: HarnessUpdate[] = [];
  await assert.rejects(
    async () => {
      for await (const update of conversation.prompt(textPrompt("go"), idle())) seen.push(update);
    },
    isError("harness_failed", /exited with code 1/),
  );
  assert.equal(joinText(seen), "last");
});

// The lines vary how many steps lie between the response that opens the session and the update.
for (let lines = 0; lines < 10; lines++) {
  test(`yields harness.ended last if an update follows the start and ${lines} other lines`, async () => {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const send = (...messages: object[]) =>
      messages.map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
    const availableCommands = [{ name: "plan", description: "Plans the work." }];
    const update = { sessionUpdate: "available_commands_update", availableCommands };
    stdin.setEncoding("utf8").on("data", (line: string) => {
      const { id, method } = JSON.parse(line) as { id: number; method: string };
      const [opened, commands] = send(
        { id, result: { sessionId: "s" } },
        { method: "session/update", params: { sessionId: "s", update } },
      );
      if (method === "initialize") stdout.write(send({ id, result: { protocolVersion: 1 } })[0]);
      else stdout.write(`${opened}${"noise\n".repeat(lines)}${commands}`);
    });
    const exited = new Promise<never>(() => {});
    const sandbox: Sandbox = { ...localSandbox(), spawn: () => ({ stdin, stdout, stderr, exited }) };
    const conversation = await startStub({ sandbox });
    const updates = await collect(conversation.prompt(textPrompt("go"), AbortSignal.abort()));
    assert.equal(updates.at(-1)?.type, "harness.ended");
  });
}

test("reports a harness error as harness_failed", async () => {
  await assert.rejects(
    play("error I am confused"),
    isError("harness_failed", /rejected the prompt: .*confused/),
  );
});

test("skips an update over 8 MB with a notice, and terminates the harness after a response over 8 MB", async () => {
  const updates = await play(`long ${9 * 1024 * 1024}\nsay hello`);
  assert.equal(joinText(updates), "hello");
  const notices = updates.filter((update) => update.type === "notice");
  assert.match(notices.map(({ message }) => message).join(), /^1 update from the harness was dropped/);
  await assert.rejects(
    play(`long-answer ${9 * 1024 * 1024}`),
    isError("harness_failed", /a protocol line is longer than 8 MB/),
  );
});

test("truncates a text that is too long for one event", async () => {
  assert.equal(joinText(await play(`long ${4 * 1024 * 1024}`)).length, 1_000_000);
});

test("kills a harness that ignores cancellation, after a grace period", async () => {
  await using conversation = await startStub({ startTimer: passing(5_000) });
  const abort = new AbortController();
  const updates: HarnessUpdate[] = [];
  const prompt = textPrompt("say here\nignore-cancel");
  for await (const update of conversation.prompt(prompt, abort.signal)) {
    updates.push(update);
    abort.abort();
  }
  assert.deepEqual(updates.at(-1), { type: "harness.ended", stopReason: "cancelled" });
  await assert.rejects(collect(conversation.prompt(textPrompt("say hi"), idle())), isError("harness_failed"));
});

test("cancels the prompt if the consumer stops reading", async () => {
  await using conversation = await startStub();
  for await (const update of conversation.prompt(textPrompt("forever tick"), idle())) {
    if (update.type === "text") break;
  }
  assert.equal(joinText(await collect(conversation.prompt(textPrompt("say hello"), idle()))), "hello");
});

test("rejects a second prompt while one is running", async () => {
  await using conversation = await startStub();
  const abort = new AbortController();
  const running = conversation.prompt(textPrompt("call-and-wait"), abort.signal)[Symbol.asyncIterator]();
  await running.next();
  await assert.rejects(collect(conversation.prompt(textPrompt("say hi"), idle())), isError("conflict"));
  abort.abort();
  await running.return?.();
});

test("closes the open tool calls when a prompt is cancelled", async () => {
  await using conversation = await startStub();
  const abort = new AbortController();
  const updates: HarnessUpdate[] = [];
  for await (const update of conversation.prompt(textPrompt("call-and-wait"), abort.signal)) {
    updates.push(update);
    abort.abort();
  }
  const statuses = updates.map((update) => (update.type === "toolCall" ? update.status : update.type));
  assert.deepEqual(statuses, ["running", "failed", "harness.ended"]);
});

for (const [reason, stopReason] of [
  ["max_tokens", "maxTokens"],
  ["max_turn_requests", "maxTokens"],
  ["refusal", "refusal"],
] as const) {
  test(`maps the stop reason ${reason} to ${stopReason}`, async () => {
    assert.deepEqual((await play(`stop ${reason}`)).at(-1), { type: "harness.ended", stopReason });
  });
}

test("passes a file in the workspace to the harness as a link", async () => {
  await using conversation = await startStub();
  const blocks = [{ type: "resourceLink", path: "/workspace/a b/ü#.ts", name: "ü#.ts" }] as const;
  const updates = await collect(conversation.prompt(blocks, idle()));
  assert.equal(joinText(updates), "file:///workspace/a%20b/%C3%BC%23.ts");
});

test("delivers every update of a flood within the burst limit", async () => {
  await using conversation = await startStub({ pace: { ...defaultPace, burstUpdates: 100_000 } });
  let calls = 0;
  for await (const update of conversation.prompt(textPrompt("flood 12000"), idle())) {
    if (update.type === "toolCall") calls += 1;
  }
  assert.equal(calls, 12_000);
});

test("reports the last output of a harness that exits during startup", async () => {
  await assert.rejects(
    startStub({ env: { STUB_START: "crash" } }),
    isError(
      "harness_failed",
      /Stub exited with code 3 while it started. Its last output: stub: cannot find its feet/,
    ),
  );
});

test("kills a harness that does not start within the time limit", async () => {
  const start = startStub({ env: { STUB_START: "hang" }, startTimer: passing(60_000) });
  await assert.rejects(start, isError("harness_failed", /did not start within 60 s/));
});

test("leaves no process behind after an aborted start", async () => {
  const abort = new AbortController();
  const sandbox = localSandbox();
  const start = startStub({ sandbox, env: { STUB_START: "hang" }, signal: abort.signal });
  abort.abort();
  await assert.rejects(start, isError("harness_failed", /was stopped/));
  await assert.rejects(startStub({ signal: AbortSignal.abort() }), isError("harness_failed", /was stopped/));
  await sandbox.stop();
});

test("rejects a harness with another protocol version", async () => {
  await assert.rejects(startStub({ env: { STUB_START: "old-protocol" } }), isError("harness_failed", /ACP/));
});

test("reports a program that does not exist", async () => {
  const sandbox = localSandbox();
  const spec = { ...stubSpec(), argv: () => ["/no/such/program"] as const };
  const options = { spec, installDir: "/nowhere", nodeBinary: "node", log: quietLog() };
  const input = harnessStart(sandbox);
  await assert.rejects(startConversation(options, input, idle()), isError("harness_failed", /code 127/));
});
