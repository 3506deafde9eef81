import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { AppError } from "../core/base/index.ts";
import type { PermissionRequest } from "../core/sessions/index.ts";
import type { Conversation, HarnessStart, HarnessUpdate, PromptBlock, Sandbox } from "../core/turns/index.ts";

/** Harness that is ready to start, with prompts that trigger the behavior that the contract tests. */
export interface ContractSubject {
  start(conversationId: string | null, given?: Partial<HarnessStart>): Promise<Conversation>;
  readonly sandbox: Sandbox;
  readonly canSteer: boolean;
  /** True if the harness reports the tokens that a prompt used. False if it reports only the size of the context. */
  readonly countsOutput: boolean;
  readonly prompts: {
    /** Prompt that produces a text containing `hello`. */
    readonly hello: string;
    /** Prompt that completes one tool call of kind `edit`, which changes notes.txt. */
    readonly edit: string;
    /** Prompt that writes `tick` until it is canceled. */
    readonly stream: string;
    /** Prompt that runs the command in a tool. The command runs until the prompt is canceled. */
    readonly runTool: (command: string) => string;
    /** Prompt whose model requests all fail. */
    readonly modelError: string;
    /**
     * Prompt that produces a text containing `remembers N`, where N is the number of earlier prompts in the conversation, or null if the harness
     * does not support this.
     */
    readonly remember: string | null;
    /** Prompt that requests permission to write notes.txt and completes after any decision, or null if the harness never requests permission. */
    readonly askedEdit: string | null;
  };
}

/** Contract suite of the Harness port, which every harness must pass. */
export function testHarnessContract(name: string, prepare: () => Promise<ContractSubject>): void {
  const contract = (
    sentence: string,
    check: (subject: ContractSubject, context: TestContext) => Promise<void>,
  ) => test(`${name}: ${sentence}`, { timeout: 120_000 }, async (context) => check(await prepare(), context));

  contract("yields text, then usage, and harness.ended last", async ({ start, prompts, countsOutput }) => {
    await using conversation = disposable(await start(null));
    const updates = await collect(conversation.prompt(textPrompt(prompts.hello), idle()));
    assert.match(joinText(updates), /hello/);
    const usage = updates.find((update) => update.type === "usage");
    assert.ok(usage && usage.inputTokens > 0 && (usage.outputTokens > 0 || !countsOutput));
    assert.deepEqual(updates.at(-1), { type: "harness.ended", stopReason: "endTurn" });
    assert.equal(updates.filter((update) => update.type === "harness.ended").length, 1);
  });

  contract("a new conversation has an id and is not resumed", async ({ start }) => {
    await using conversation = disposable(await start(null));
    assert.equal(conversation.isResumed, false);
    assert.notEqual(conversation.id, "");
  });

  contract("ends an edit as a completed tool call with its diff and absolute path", async (subject) => {
    await using conversation = disposable(await subject.start(null));
    const updates = await collect(conversation.prompt(textPrompt(subject.prompts.edit), idle()));
    const calls = updates.filter((update) => update.type === "toolCall");
    const last = calls.at(-1)!;
    assert.equal(last.kind, "edit");
    assert.equal(last.status, "completed");
    // Some harnesses send only the diff and no input.
    if (last.input !== null) assert.ok(last.input.includes("notes.txt"));
    assert.ok(last.diffs.length > 0);
    for (const diff of last.diffs) assert.match(diff.path, /^\/.*notes\.txt$/);
  });

  contract("resumes a conversation without repeating its text", async ({ start, prompts }) => {
    const first = await start(null);
    await collect(first.prompt(textPrompt(prompts.hello), idle()));
    await first.close();
    await using second = disposable(await start(first.id));
    assert.equal(second.isResumed, true);
    assert.equal(second.id, first.id);
    const updates = await collect(second.prompt(textPrompt(prompts.remember ?? prompts.hello), idle()));
    if (prompts.remember) assert.match(joinText(updates), /remembers 1/);
    else assert.equal(joinText(updates).match(/hello/g)?.length, 1);
  });

  contract("starts a new conversation if the given one is unknown", async ({ start, prompts }) => {
    const unknown = "01890a5d-ac96-774b-bcce-b302099a8057";
    await using conversation = disposable(await start(unknown));
    assert.equal(conversation.isResumed, false);
    assert.notEqual(conversation.id, unknown);
    assert.match(joinText(await collect(conversation.prompt(textPrompt(prompts.hello), idle()))), /hello/);
  });

  contract(
    "ends as cancelled when aborted while text streams, and the conversation continues",
    async (subject) => {
      await using conversation = disposable(await subject.start(null));
      const abort = new AbortController();
      const updates: HarnessUpdate[] = [];
      for await (const update of conversation.prompt(textPrompt(subject.prompts.stream), abort.signal)) {
        updates.push(update);
        if (joinText(updates).includes("tick")) abort.abort();
      }
      assert.deepEqual(updates.at(-1), { type: "harness.ended", stopReason: "cancelled" });
      const after = await collect(conversation.prompt(textPrompt(subject.prompts.hello), idle()));
      assert.match(joinText(after), /hello/);
    },
  );

  contract(
    "closes the tool call when aborted during it, and leaves no process after closing",
    async (subject) => {
      const conversation = await subject.start(null);
      const abort = new AbortController();
      const updates: HarnessUpdate[] = [];
      for await (const update of conversation.prompt(
        textPrompt(subject.prompts.runTool(endlessCommand)),
        abort.signal,
      )) {
        updates.push(update);
        // No further command starts after the prompt is canceled.
        if (abort.signal.aborted) continue;
        if (tailsRunning() > 0) abort.abort();
        else if (update.type === "toolCall") await until(() => tailsRunning() > 0).then(() => abort.abort());
      }
      const calls = updates.filter((update) => update.type === "toolCall");
      assert.ok(calls.at(-1)!.status === "failed" || calls.at(-1)!.status === "completed");
      assert.deepEqual(updates.at(-1), { type: "harness.ended", stopReason: "cancelled" });
      await conversation.close();
      await conversation.close();
      await until(() => tailsRunning() === 0);
    },
  );

  contract("cancels a prompt that was aborted beforehand without sending it", async ({ start, prompts }) => {
    await using conversation = disposable(await start(null));
    const updates = await collect(conversation.prompt(textPrompt(prompts.hello), AbortSignal.abort()));
    // A harness may send its list of commands at any time after its start.
    const others = updates.filter(({ type }) => type !== "availableCommands");
    assert.deepEqual(others, [{ type: "harness.ended", stopReason: "cancelled" }]);
    assert.equal(updates.at(-1)?.type, "harness.ended");
  });

  contract("steers a running prompt, or reports that it cannot be steered", async (subject) => {
    await using conversation = disposable(await subject.start(null));
    assert.equal(await conversation.steer(textPrompt(subject.prompts.hello)), false);
    const abort = new AbortController();
    const updates: HarnessUpdate[] = [];
    let isSteered: boolean | null = null;
    for await (const update of conversation.prompt(textPrompt(subject.prompts.stream), abort.signal)) {
      updates.push(update);
      if (isSteered !== null || !joinText(updates).includes("tick")) continue;
      isSteered = await conversation.steer(textPrompt(subject.prompts.hello));
      if (!isSteered) abort.abort();
    }
    assert.equal(isSteered, subject.canSteer);
    if (isSteered) assert.match(joinText(updates), /tick.*hello/s);
    const stopReason = isSteered ? "endTurn" : "cancelled";
    assert.deepEqual(updates.at(-1), { type: "harness.ended", stopReason });
    assert.equal(await conversation.steer(textPrompt(subject.prompts.hello)), false);
  });

  for (const decision of ["allow", "deny"] as const) {
    contract(`asks before an edit and follows the decision to ${decision}`, async (subject, context) => {
      const { askedEdit } = subject.prompts;
      if (askedEdit === null)
        return context.skip("the harness never asks; docs/harnesses.md explains what contains it");
      const asked: PermissionRequest[] = [];
      const decidePermission = async (request: PermissionRequest) => {
        asked.push(request);
        return decision;
      };
      await using conversation = disposable(await subject.start(null, { decidePermission }));
      const updates = await collect(conversation.prompt(textPrompt(askedEdit), idle()));
      assert.equal(asked[0]?.kind, "edit");
      assert.ok(
        updates.some((update) => update.type === "toolCall" && update.toolCallId === asked[0]?.toolCallId),
      );
      assert.deepEqual(updates.at(-1), { type: "harness.ended", stopReason: "endTurn" });
      assert.equal(existsSync(`${subject.sandbox.workspacePath}/notes.txt`), decision === "allow");
    });
  }

  contract("throws model_failed when the model keeps failing", async ({ start, prompts }) => {
    await using conversation = disposable(await start(null));
    await assert.rejects(
      collect(conversation.prompt(textPrompt(prompts.modelError), idle())),
      isError("model_failed"),
    );
  });

  contract("throws harness_failed when used after it was closed", async ({ start, prompts }) => {
    const conversation = await start(null);
    await conversation.close();
    await assert.rejects(
      collect(conversation.prompt(textPrompt(prompts.hello), idle())),
      isError("harness_failed"),
    );
  });
}

export function isError(code: AppError["code"], words = /./): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof AppError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, words);
    return true;
  };
}

export function textPrompt(text: string): PromptBlock[] {
  return [{ type: "text", text }];
}

export function idle(): AbortSignal {
  return new AbortController().signal;
}

export async function collect(updates: AsyncIterable<HarnessUpdate>): Promise<HarnessUpdate[]> {
  const all: HarnessUpdate[] = [];
  for await (const update of updates) all.push(update);
  return all;
}

export function joinText(updates: readonly HarnessUpdate[]): string {
  return updates.map((update) => (update.type === "text" ? update.text : "")).join("");
}

export function disposable(conversation: Conversation) {
  return Object.assign(conversation, { [Symbol.asyncDispose]: () => conversation.close() });
}

/** Endless command that contains this process's pid, so that the test does not count another process's `tail`. */
const endlessCommand = `tail --pid=${process.pid} -f /dev/null`;

function tailsRunning(): number {
  return readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && isOurTail(pid)).length;
}

function isOurTail(pid: string): boolean {
  try {
    const argv = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return argv[0]!.endsWith("tail") && argv.includes(`--pid=${process.pid}`);
  } catch {
    // The process exited while its command line was being read.
    return false;
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 10));
}
