import { resolveOnAbort } from "../../../../runtime/on-abort.ts";
import type { Conversation, HarnessUpdate, PromptBlock } from "../../harness/harness.ts";

export interface FakeConversation extends Conversation {
  /** Text of each prompt that was sent. */
  readonly prompts: string[];
  /** Texts that were injected into a running prompt. */
  readonly steered: string[];
  isAlive: boolean;
  isClosed: boolean;
  /** Completes the running prompt. */
  finish(): void;
  /** Resolves when the prompt with this number, counted from 1, has yielded its first update. */
  begun(number: number): Promise<void>;
  /** Rejects all pending `begun` calls with the cause, because no further prompt will begin. */
  giveUp(cause: unknown): void;
}

/** Creates a fake conversation. Each prompt yields one text and then runs until it is finished or canceled. */
export function createFakeConversation(
  behavior: {
    readonly id?: string;
    readonly isResumed?: boolean;
    readonly takesSteering?: (text: string) => Promise<boolean>;
    /** True if canceling a prompt kills the harness. */
    readonly diesOfCancel?: boolean;
  } = {},
): FakeConversation {
  const begun = new Map<number, PromiseWithResolvers<void>>();
  const beginning = (number: number) => {
    const known = begun.get(number) ?? Promise.withResolvers<void>();
    begun.set(number, known);
    return known;
  };
  let finish = Promise.withResolvers<void>();
  const fake: FakeConversation = {
    id: behavior.id ?? "conversation-1",
    isResumed: behavior.isResumed ?? false,
    prompts: [],
    steered: [],
    isAlive: true,
    isClosed: false,
    async *prompt(blocks, signal): AsyncGenerator<HarnessUpdate> {
      fake.prompts.push(blocksText(blocks));
      finish = Promise.withResolvers();
      if (!signal.aborted) yield { type: "text", text: `Prompt ${fake.prompts.length}.` };
      beginning(fake.prompts.length).resolve();
      await resolveOnAbort(finish.promise, signal, undefined);
      if (signal.aborted && behavior.diesOfCancel === true) fake.isAlive = false;
      yield { type: "harness.ended", stopReason: signal.aborted ? "cancelled" : "endTurn" };
    },
    async steer(blocks) {
      const text = blocksText(blocks);
      const isTaken = (await behavior.takesSteering?.(text)) ?? false;
      if (isTaken) fake.steered.push(text);
      return isTaken;
    },
    async close() {
      fake.isClosed = true;
    },
    finish: () => finish.resolve(),
    begun: (number) => beginning(number).promise,
    configure: async () => [],
    giveUp(cause) {
      for (const { promise, reject } of begun.values()) {
        promise.catch(() => undefined);
        reject(cause);
      }
    },
  };
  return fake;
}

const blocksText = (blocks: readonly PromptBlock[]) =>
  blocks.map((block) => (block.type === "text" ? block.text : `[${block.type}]`)).join("\n");
