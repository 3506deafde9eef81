import { type PromptResponse, RequestError, type SessionUpdate } from "@agentclientprotocol/sdk/unstable";
import { AppError } from "../../core/errors.ts";
import type { Conversation, HarnessUpdate, PromptBlock } from "../../core/ports/harness.ts";
import type { LaunchSpec } from "../launch-spec.ts";
import { countOf } from "./bounds.ts";
import { defaultPace, FloodGate, type Pace } from "./flood-gate.ts";
import type { HarnessProcess } from "./harness-process.ts";
import type { StartTimer } from "./timer.ts";
import { ToolCalls } from "./tool-calls.ts";
import { stopReasonOf, translateUpdate, usageOf } from "./translate-update.ts";
import { UpdateQueue } from "./update-queue.ts";

const cancelGraceMs = 5_000;

export interface ConversationOptions {
  readonly spec: LaunchSpec;
  readonly process: HarnessProcess;
  readonly cwd: string;
  readonly id: string;
  readonly isResumed: boolean;
  readonly startTimer: StartTimer;
  readonly pace?: Pace | undefined;
}

/** One open session of ACP. */
export class AcpConversation implements Conversation {
  readonly id: string;
  readonly isResumed: boolean;
  readonly #options: ConversationOptions;
  #isPrompting = false;
  /** A conversation is named once; after that no title is waited for. */
  #isTitled: boolean;

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.id = options.id;
    this.isResumed = options.isResumed;
    this.#isTitled = options.isResumed;
  }

  async *prompt(blocks: readonly PromptBlock[], signal: AbortSignal): AsyncGenerator<HarnessUpdate> {
    if (this.#isPrompting) {
      throw new AppError("conflict", "The conversation is busy: wait until its prompt has ended.");
    }
    this.#isPrompting = true;
    const readerLeft = new AbortController();
    const queue = new UpdateQueue({ startTimer: this.#options.startTimer });
    const gate = new FloodGate(this.#options.pace ?? defaultPace);
    const work = this.#work(blocks, { queue, gate }, AbortSignal.any([signal, readerLeft.signal])).then(
      () => queue.end(),
      (error: unknown) => queue.end({ error }),
    );
    try {
      yield* throughGate(queue, gate);
    } finally {
      readerLeft.abort();
      await work;
      this.#options.process.listen(null);
      this.#isPrompting = false;
    }
  }

  steer(): Promise<boolean> {
    return Promise.resolve(false);
  }

  get isAlive(): boolean {
    return this.#options.process.isAlive;
  }

  close(): Promise<void> {
    return this.#options.process.close();
  }

  async #work(
    blocks: readonly PromptBlock[],
    { queue, gate }: { readonly queue: UpdateQueue; readonly gate: FloodGate },
    signal: AbortSignal,
  ): Promise<void> {
    const { process, cwd } = this.#options;
    const calls = new ToolCalls(cwd);
    const late = Promise.withResolvers<void>();
    let contextTokens: number | null = null;
    let isAnswered = false;
    process.listen({
      update: (update: SessionUpdate, sessionId: string) => {
        if (sessionId !== this.id) return;
        if (update.sessionUpdate === "usage_update") contextTokens = countOf(update.used);
        const translated = translateUpdate(update, calls);
        if (translated === null && isToolCall(update)) gate.noteDropped();
        if (isAnswered && translated?.type === "title") late.resolve();
        if (translated?.type === "title" && isEcho(translated.title, blocks)) return;
        if (translated?.type === "title") this.#isTitled = true;
        if (translated) queue.push(translated);
      },
      dropped: () => gate.noteDropped(),
      whenReady: () => queue.whenReady(),
    });
    const response = await this.#send(blocks, signal);
    isAnswered = true;
    const stopReason = stopReasonOf(response);
    if (stopReason !== "cancelled" && !this.#isTitled) await this.#waitForLate(late.promise, signal);
    for (const closed of calls.closeOpen()) queue.push(closed);
    const usage = usageOf(response, contextTokens);
    if (usage) queue.push(usage);
    queue.push({ type: "harness.ended", stopReason });
  }

  /** An abort ends as `cancelled` whichever way the harness took it: politely, or by its death. */
  async #send(blocks: readonly PromptBlock[], signal: AbortSignal): Promise<PromptResponse> {
    if (signal.aborted) return { stopReason: "cancelled" };
    const { process, startTimer } = this.#options;
    let stopGrace = () => {};
    const cancel = () => {
      stopGrace = startTimer(cancelGraceMs, () => process.kill());
      process.agent.notify("session/cancel", { sessionId: this.id }).catch(() => process.kill());
    };
    signal.addEventListener("abort", cancel, { once: true });
    try {
      return await process.agent.request("session/prompt", {
        sessionId: this.id,
        prompt: blocks.map(toContentBlock),
      });
    } catch (error) {
      if (signal.aborted) return { stopReason: "cancelled" };
      throw await this.#explain(error);
    } finally {
      signal.removeEventListener("abort", cancel);
      stopGrace();
    }
  }

  async #explain(error: unknown): Promise<AppError> {
    const { spec, process } = this.#options;
    if (!(error instanceof RequestError) || !process.isAlive) {
      return process.deathError("while it worked on the prompt", error);
    }
    const words = spec.modelErrorIn({ code: error.code, message: error.message, data: error.data });
    if (words !== null) {
      const mend = "Check the model's name and the provider's key and quota, then send the message again.";
      return new AppError("model_failed", `The model failed: ${oneLine(words)}. ${mend}`, { cause: error });
    }
    return new AppError(
      "harness_failed",
      `${spec.displayName} refused the prompt: ${oneLine(error.message)}.`,
      {
        cause: error,
      },
    );
  }

  #waitForLate(late: Promise<void>, signal: AbortSignal): Promise<void> {
    const waited = Promise.withResolvers<void>();
    const stop = this.#options.startTimer(this.#options.spec.lateUpdatesMs, () => waited.resolve());
    signal.addEventListener("abort", () => waited.resolve(), { once: true });
    return Promise.race([late, waited.promise]).finally(stop);
  }
}

/** The notice of what was dropped comes before an error too. */
async function* throughGate(queue: UpdateQueue, gate: FloodGate): AsyncGenerator<HarnessUpdate> {
  try {
    for await (const update of queue.read()) yield* gate.pass(update);
  } catch (error) {
    yield* gate.flush();
    throw error;
  }
}

function isToolCall({ sessionUpdate }: SessionUpdate): boolean {
  return sessionUpdate === "tool_call" || sessionUpdate === "tool_call_update";
}

function toContentBlock(block: PromptBlock) {
  if (block.type === "text") return { type: "text" as const, text: block.text };
  if (block.type === "image")
    return { type: "image" as const, mimeType: block.mediaType, data: block.base64 };
  const uri = `file://${block.path.split("/").map(encodeURIComponent).join("/")}`;
  return { type: "resource_link" as const, uri, name: block.name };
}

/** Some name a conversation by its prompt until they have thought of a better title: that is no news. */
function isEcho(title: string, blocks: readonly PromptBlock[]): boolean {
  const start = oneLine(title.replace(/…$/, ""));
  return blocks.some((block) => block.type === "text" && oneLine(block.text).startsWith(start));
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim().slice(0, 1_000).replace(/\.$/, "");
}
