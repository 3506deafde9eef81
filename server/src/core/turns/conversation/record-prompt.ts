import { appendEvent, type NewEvent, shorten, turnEvent } from "../../sessions/index.ts";
import type { Conversation, HarnessUpdate, PromptBlock } from "../harness/harness.ts";
import { notePhase } from "../turn/measure-phase.ts";
import { agentOf, type TurnContext } from "../turn/turn-context.ts";
import { createUpdateMasker } from "./mask-updates.ts";

export interface Prompt {
  readonly blocks: readonly PromptBlock[];
  /** Called at most once, when the harness's first update shows that it has received the prompt. */
  onReached(): Promise<void>;
}

/** Name of the prompt with the turn's message. */
export const messagePrompt = "harness";

export type PromptEnd = Extract<HarnessUpdate, { type: "harness.ended" }>["stopReason"];

/**
 * Sends a prompt, records the harness's updates until the prompt ends, and returns the reason for the end. Rethrows the
 * errors of the prompt.
 */
export async function recordPrompt(
  context: TurnContext,
  conversation: Pick<Conversation, "prompt">,
  prompt: Prompt,
  {
    name,
    number,
    signal,
  }: {
    /** Reason for the prompt. Prompts with different reasons have different event keys. */
    readonly name: string;
    /** Number of the prompt for this reason within the attempt. */
    readonly number: number;
    readonly signal: AbortSignal;
  },
): Promise<PromptEnd> {
  let count = 0;
  let end: PromptEnd = "cancelled";
  const masker = createUpdateMasker(context.masker);
  const recordAll = async (updates: readonly HarnessUpdate[]) => {
    for (const update of updates) {
      count += 1;
      await record(context, update, `${name}:${context.lease.attempt}:${number}:${count}`);
    }
  };
  try {
    let isReached = false;
    const sent = { at: context.ports.clock.now(), ms: performance.now() };
    for await (const update of conversation.prompt(prompt.blocks, signal)) {
      if (update.type === "harness.ended") end = update.stopReason;
      // If a prompt was canceled before it was sent, `harness.ended` is its only update.
      if (!isReached && !(update.type === "harness.ended" && end === "cancelled")) {
        isReached = true;
        if (name === messagePrompt && number === 1) {
          notePhase(context, "prompt", { startedAt: sent.at, durationMs: performance.now() - sent.ms });
          measureStart(context);
        }
        await prompt.onReached();
      }
      await recordAll(masker.push(update));
    }
  } finally {
    await recordAll(masker.flush());
  }
  return end;
}

/** Measures only first attempts, because a later one continues what an earlier one has begun. */
function measureStart({ ports, turn, lease, session }: TurnContext): void {
  if (lease.attempt > 1) return;
  const durationMs = ports.clock.now().getTime() - turn.createdAt.getTime();
  ports.measure({ kind: "turnStarted", harness: agentOf({ session }).harness, durationMs });
}

async function record(context: TurnContext, update: HarnessUpdate, key: string): Promise<void> {
  if (update.type === "title") {
    const title = shorten(update.title.replaceAll(/\s+/g, " ").trim());
    if (title === "" || !(await context.ports.store.sessions.suggestTitle(context.lease, title))) return;
    await appendEvent(context, key, { type: "session.titled", title });
    return;
  }
  const events: NewEvent[] = [turnEvent(context, key, update)];
  await context.ports.store.events.append(context.session.id, context.lease, events);
}
