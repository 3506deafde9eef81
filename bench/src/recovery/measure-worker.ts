import type { Apart, TemboProcess } from "@tembo/e2e/support";
import { logTimes } from "./log-times.ts";
import { followRecovery, hasEnded, isWorking, momentsOf, PROMPT, type Run } from "./recovery-run.ts";

/**
 * Starts a second worker and kills the first during a command. Returns the second worker, which the next measurement
 * kills.
 */
export async function killWorker(
  apart: Apart,
  worker: TemboProcess,
): Promise<{ readonly run: Run; readonly successor: TemboProcess }> {
  const session = await apart.client.session.create({ prompt: PROMPT });
  await apart.until(session.id, isWorking);
  const successor = await apart.worker();
  const killedAt = Date.now();
  await worker.kill();
  const { resumedAt, workingAt } = momentsOf(await apart.until(session.id, followRecovery()));
  await apart.client.session.stop(session.id);
  await apart.until(session.id, hasEnded);
  const found = logTimes(successor.log())("a worker was lost; other workers continue its work", killedAt);
  return {
    run: {
      resumed: (resumedAt - killedAt) / 1000,
      working: (workingAt - killedAt) / 1000,
      parts: [
        ["detected", (found - killedAt) / 1000],
        ["claimed", (resumedAt - found) / 1000],
        ["harness", (workingAt - resumedAt) / 1000],
      ],
    },
    successor,
  };
}
