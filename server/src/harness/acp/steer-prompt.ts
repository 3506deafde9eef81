import { type ContentBlock, RequestError } from "@agentclientprotocol/sdk/unstable";
import type { HarnessProcess } from "./process/harness-process.ts";
import type { StartTimer } from "./timer.ts";

/** Harnesses respond within 50 ms. */
export const steerLimitMs = 3_000;

/**
 * Adds content to the running prompt (`_session/steering` of ACP). Returns false if the harness did not accept it or
 * did not respond in time.
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
    // The prompt had just ended, and nothing listens to the new turn that the harness started.
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
  // The driver keeps content that arrives too late.
  const _meta = { steering: { idleBehavior: "promptRequired" } };
  const answer = await process.agent.request<{ outcome?: unknown } | null>("_session/steering", {
    sessionId,
    prompt,
    _meta,
  });
  return answer?.outcome;
}
