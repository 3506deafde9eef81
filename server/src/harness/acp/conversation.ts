import { AppError, withReason } from "../../core/base/index.ts";
import type { Conversation, HarnessChoices, HarnessUpdate, PromptBlock } from "../../core/turns/index.ts";
import { promptContent } from "./content-blocks.ts";
import { decideWishes, type Wish } from "./session/decide-wishes.ts";
import type { OpenConversation } from "./session/open-conversation.ts";
import { steerPrompt } from "./steer-prompt.ts";
import { defaultPace, FloodGate } from "./updates/flood-gate.ts";
import { readUpdate } from "./updates/read-update.ts";
import { ToolCalls } from "./updates/tool-calls.ts";
import { UpdateQueue } from "./updates/update-queue.ts";
import { workPrompt } from "./work-prompt.ts";

const configureLimitMs = 10_000;

export class AcpConversation implements Conversation {
  readonly id: string;
  readonly isResumed: boolean;
  readonly #open: OpenConversation;
  /** State of the prompt. `running` means that the harness has received the prompt but has not responded yet. */
  #prompt: "none" | "begun" | "running" = "none";
  /** True if the conversation has a title or is resumed. A conversation receives a title only once, so later prompts do not wait for a title. */
  #isTitled: boolean;

  constructor(open: OpenConversation) {
    this.#open = open;
    this.id = open.session.id;
    this.isResumed = open.session.isResumed;
    this.#isTitled = open.session.isResumed;
    open.sessionUpdates.notice(open.session.notices);
    this.#keepUpdatesBetweenPrompts();
  }

  async *prompt(blocks: readonly PromptBlock[], signal: AbortSignal): AsyncGenerator<HarnessUpdate> {
    if (this.#prompt !== "none") {
      throw new AppError("conflict", "The conversation is busy. Wait until its prompt has finished.");
    }
    this.#prompt = "begun";
    const { startTimer, pace } = this.#open;
    const readerLeft = new AbortController();
    const queue = new UpdateQueue({ startTimer });
    const gate = new FloodGate(pace ?? defaultPace);
    // Redirects later updates before it ends the queue, because they belong to the next prompt, even if the reader is behind.
    const end = (endQueue: () => void) => {
      this.#keepUpdatesBetweenPrompts();
      endQueue();
    };
    const work = workPrompt(this.#open, {
      blocks,
      queue,
      gate,
      signal: AbortSignal.any([signal, readerLeft.signal]),
      isTitled: this.#isTitled,
      onRunning: (isRunning) => {
        this.#prompt = isRunning ? "running" : "begun";
      },
    }).then(
      ({ isTitled, stopReason }) =>
        end(() => {
          this.#isTitled = isTitled;
          queue.push({ type: "harness.ended", stopReason });
          queue.end();
        }),
      (error: unknown) => end(() => queue.end({ error })),
    );
    try {
      yield* throughGate(queue, gate);
    } finally {
      readerLeft.abort();
      await work;
      this.#prompt = "none";
    }
  }

  async steer(blocks: readonly PromptBlock[]): Promise<boolean> {
    const { spec, process, session, sessionUpdates, startTimer } = this.#open;
    if (this.#prompt !== "running" || !session.canSteer) return false;
    const content = promptContent(blocks, { ...session, displayName: spec.displayName });
    if (content.blocks.length === 0) return false;
    const isTaken = await steerPrompt(process, this.id, { prompt: content.blocks, startTimer });
    if (isTaken) sessionUpdates.notice(content.notices);
    return isTaken;
  }

  async configure(choices: HarnessChoices): Promise<readonly (keyof HarnessChoices)[]> {
    const { spec, process, sessionUpdates, permissions, startTimer } = this.#open;
    const wishes = decideWishes(spec, choices, permissions.isDecided);
    const late = Promise.withResolvers<never>();
    const stop = startTimer(configureLimitMs, () =>
      late.reject(new Error(`it did not respond within ${configureLimitMs / 1000} s`)),
    );
    try {
      const refusals = await Promise.race([this.#choose(wishes), late.promise]);
      sessionUpdates.notice(refusals.map(({ sentence }) => sentence));
      return [...new Set(refusals.map(({ of }) => of))];
    } catch (cause) {
      const doing = "while Tembo set its mode or model";
      if (!process.isAlive) throw await process.deathError(doing, cause);
      const sentence = withReason(`${spec.displayName} failed ${doing}`, cause);
      throw new AppError("harness_failed", sentence, { cause });
    } finally {
      stop();
    }
  }

  get isAlive(): boolean {
    return this.#open.process.isAlive;
  }

  async close(): Promise<void> {
    await this.#open.process.close();
    this.#open.onClosed?.();
  }

  async #choose(wishes: readonly Wish[]) {
    const refusals: { readonly of: keyof HarnessChoices; readonly sentence: string }[] = [];
    for (const wish of wishes) {
      const sentence = await this.#open.session.choices.choose(this.#open.process, this.id, wish);
      if (sentence !== null) refusals.push({ of: wish.of, sentence });
    }
    return refusals;
  }

  /** Stores mode changes and command lists that arrive between prompts until the next prompt starts. */
  #keepUpdatesBetweenPrompts(): void {
    const { process, sessionUpdates, cwd } = this.#open;
    const calls = new ToolCalls(cwd);
    process.listen({
      update: (update, sessionId) => {
        const isCall = update.sessionUpdate === "tool_call" || update.sessionUpdate === "tool_call_update";
        if (sessionId === this.id && !isCall) sessionUpdates.keep(readUpdate(this.#open, update, calls));
      },
      dropped: () => {},
      whenReady: async () => {},
    });
  }
}

/** Passes updates through the gate. Reports dropped updates even before an error. */
async function* throughGate(queue: UpdateQueue, gate: FloodGate): AsyncGenerator<HarnessUpdate> {
  try {
    for await (const update of queue.read()) yield* gate.pass(update);
  } catch (error) {
    yield* gate.flush();
    throw error;
  }
}
