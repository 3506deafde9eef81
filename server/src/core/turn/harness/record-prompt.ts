import type { NewEvent } from "../../event/event.ts";
import type { Conversation, HarnessUpdate, PromptBlock } from "../../ports/harness.ts";
import { shorten } from "../../session/title.ts";
import { eventOf, type TurnContext, tell } from "../turn-context.ts";
import { createUpdateMasker } from "./mask-updates.ts";

export interface RecordedPrompt {
  readonly blocks: readonly PromptBlock[];
  /** Keeps the events of a further prompt of the same turn apart from those of the first. */
  readonly key?: string;
}

/** Sends a prompt and records what the harness does, until it is done. Throws what the prompt throws, and the signal's reason. */
export async function recordPrompt(
  context: TurnContext,
  conversation: Conversation,
  { blocks, key = "harness" }: RecordedPrompt,
  signal: AbortSignal,
): Promise<void> {
  let count = 0;
  let isPromptSent = context.turn.isPromptSent;
  const masker = createUpdateMasker(context.masker);
  const recordAll = async (updates: readonly HarnessUpdate[]) => {
    for (const update of updates) {
      count += 1;
      await record(context, update, `${key}:${context.lease.attempt}:${count}`);
    }
  };
  try {
    for await (const update of conversation.prompt(blocks, signal)) {
      if (!isPromptSent) {
        await context.ports.store.turns.markPromptSent(context.lease);
        isPromptSent = true;
      }
      await recordAll(masker.push(update));
    }
  } finally {
    await recordAll(masker.flush());
  }
  signal.throwIfAborted();
}

async function record(context: TurnContext, update: HarnessUpdate, key: string): Promise<void> {
  if (update.type === "title") {
    const title = shorten(update.title.replaceAll(/\s+/g, " ").trim());
    if (title === "") return;
    await context.ports.store.sessions.setTitle(context.lease, title);
    await tell(context, key, { type: "session.titled", title });
    return;
  }
  const events: NewEvent[] = [eventOf(context, key, update)];
  await context.ports.store.events.append(context.session.id, context.lease, events);
}
