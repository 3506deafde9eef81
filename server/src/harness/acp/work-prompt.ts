import type { PromptResponse } from "@agentclientprotocol/sdk/unstable";
import type { PromptBlock } from "../../core/turns/index.ts";
import { onAbort, resolveOnAbort } from "../../runtime/on-abort.ts";
import { promptContent } from "./content-blocks.ts";
import { explainPromptError, modelFailed, oneLine } from "./explain-prompt-error.ts";
import type { OpenConversation } from "./session/open-conversation.ts";
import { readCount } from "./updates/bounds.ts";
import type { FloodGate } from "./updates/flood-gate.ts";
import { isPlanMode, readUpdate } from "./updates/read-update.ts";
import { ToolCalls } from "./updates/tool-calls.ts";
import { type Ended, stopReasonOf, usageOf } from "./updates/translate-update.ts";
import type { UpdateQueue } from "./updates/update-queue.ts";

const cancelGraceMs = 5_000;

export interface PromptWork {
  readonly blocks: readonly PromptBlock[];
  readonly queue: UpdateQueue;
  readonly gate: FloodGate;
  readonly signal: AbortSignal;
  readonly isTitled: boolean;
  /** Called with true when the prompt has been sent to the harness, and with false when it has ended. */
  readonly onRunning: (isRunning: boolean) => void;
}

/**
 * Runs a prompt in the harness and queues all of its updates except `harness.ended`. Throws `model_failed` if the model fails, or
 * `harness_failed` if the harness rejects the prompt or exits.
 */
export async function workPrompt(
  open: OpenConversation,
  { blocks, queue, gate, signal, isTitled: wasTitled, onRunning }: PromptWork,
): Promise<{ readonly isTitled: boolean; readonly stopReason: Ended["stopReason"] }> {
  const { spec, process, session, sessionUpdates, permissions } = open;
  const calls = new ToolCalls(open.cwd, () => gate.noteDropped(), spec.editsIn);
  const late = Promise.withResolvers<void>();
  const watch = spec.watchFailure?.();
  let contextTokens: number | null = null;
  let isAnswered = false;
  let isTitled = wasTitled;
  process.listen({
    update: (update, sessionId) => {
      if (sessionId !== session.id) return;
      watch?.observe(update);
      if (update.sessionUpdate === "usage_update") contextTokens = readCount(update.used);
      const mapped = readUpdate(open, update, calls);
      if (mapped?.type === "title") {
        if (isAnswered) late.resolve();
        if (isEcho(mapped.title, blocks)) return;
        isTitled = true;
      }
      if (mapped) queue.push(mapped);
    },
    dropped: () => gate.noteDropped(),
    whenReady: () => queue.whenReady(),
  });
  const notify = (message: string) => queue.push({ type: "notice", message });
  const isPlanning = () => isPlanMode(open);
  permissions.open({ sessionId: session.id, calls, signal, isPlanning, notify });
  let hasDenied = false;
  const response = await sendPrompt(open, blocks, {
    signal,
    onSent(notices) {
      onRunning(true);
      for (const update of sessionUpdates.take()) queue.push(update);
      for (const notice of notices) notify(notice);
    },
    onAnswered() {
      onRunning(false);
      hasDenied = permissions.close().hasDenied;
    },
  });
  isAnswered = true;
  let stopReason = stopReasonOf(response);
  if (stopReason === "cancelled" && !signal.aborted && hasDenied) {
    // Some harnesses stop after a denial, although the prompt was not canceled.
    stopReason = "endTurn";
    notify(`${spec.displayName} stopped because a permission was denied.`);
  }
  if (stopReason !== "cancelled" && !isTitled) await waitForLate(open, late.promise, signal);
  for (const closed of calls.closeOpen()) queue.push(closed);
  const usage = usageOf(response, contextTokens);
  if (usage) queue.push(usage);
  const failure = stopReason === "endTurn" && !hasDenied ? watch?.failure() : null;
  if (failure) throw modelFailed(failure);
  return { isTitled, stopReason };
}

interface Sending {
  readonly signal: AbortSignal;
  /** Called with notices about content that could not be sent. */
  readonly onSent: (notices: readonly string[]) => void;
  readonly onAnswered: () => void;
}

/** Sends the prompt and waits for the response. If the prompt fails after an abort, returns `cancelled`, even if the harness exited. */
async function sendPrompt(
  open: OpenConversation,
  blocks: readonly PromptBlock[],
  { signal, onSent, onAnswered }: Sending,
): Promise<PromptResponse> {
  const { spec, process, session, startTimer } = open;
  const content = promptContent(blocks, { ...session, displayName: spec.displayName });
  let stopGrace = () => {};
  const cancel = () => {
    stopGrace = startTimer(cancelGraceMs, () => process.kill());
    process.agent.notify("session/cancel", { sessionId: session.id }).catch(() => process.kill());
  };
  if (signal.aborted) {
    onAnswered();
    return { stopReason: "cancelled" };
  }
  using _ = onAbort(signal, cancel);
  try {
    const answer = process.agent.request("session/prompt", {
      sessionId: session.id,
      prompt: [...content.blocks],
    });
    onSent(content.notices);
    return await answer;
  } catch (error) {
    if (signal.aborted) return { stopReason: "cancelled" };
    throw await explainPromptError(open, error);
  } finally {
    onAnswered();
    stopGrace();
  }
}

function waitForLate(open: OpenConversation, late: Promise<void>, signal: AbortSignal): Promise<void> {
  const waited = Promise.withResolvers<void>();
  const stop = open.startTimer(open.spec.lateUpdatesMs, () => waited.resolve());
  return resolveOnAbort(Promise.race([late, waited.promise]), signal, undefined).finally(stop);
}

/**
 * True if the title repeats the start of the prompt. Some harnesses use such a title until they have a better title. The driver ignores it.
 */
function isEcho(title: string, blocks: readonly PromptBlock[]): boolean {
  const start = oneLine(title.replace(/…$/, ""));
  return blocks.some((block) => block.type === "text" && oneLine(block.text).startsWith(start));
}
