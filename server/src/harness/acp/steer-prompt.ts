import { type ContentBlock, RequestError } from "@agentclientprotocol/sdk/unstable";
import type { HarnessProcess } from "./process/harness-process.ts";
import type { StartTimer } from "./timer.ts";

/** Time limit for the response to steering. Harnesses usually respond within 50 ms. */
export const steerLimitMs = 3_000;

/**
 * Adds content to the running prompt (ACP extension `_session/steering`). Returns false if the harness did not add the content, did not respond
 * in time or has exited.
 */
export async function steerPrompt(
  process: HarnessProcess,
  sessionId: string,
  { prompt, startTimer }: { readonly prompt: readonly ContentBlock[]; readonly startTimer: StartTimer },
): Promise<boolean> {
  const late = Promise.withResolvers<"late">();
  const stop = startTimer(steerLimitMs, () => late.resolve("late"));
  try {
    const outcome = await Promise.race([ask(process, sessionId, prompt), late.promise]);
    // The prompt had just ended, so the harness started a new turn. Cancels it, because nothing receives its updates.
    if (outcome === "startedNewTurn") await process.agent.notify("session/cancel", { sessionId });
    return outcome === "injected";
  } catch (error) {
    if (error instanceof RequestError || !process.isAlive) return false;
    throw error;
  } finally {
    stop();
  }
}

async function ask(
  process: HarnessProcess,
  sessionId: string,
  prompt: readonly ContentBlock[],
): Promise<unknown> {
  // Prevents a new turn if the content arrives too late. The content then becomes part of the next prompt.
  const _meta = { steering: { idleBehavior: "promptRequired" } };
  const answer = await process.agent.request<{ outcome?: unknown } | null>("_session/steering", {
    sessionId,
    prompt,
    _meta,
  });
  return answer?.outcome;
}
