import { isOverdue, type Job, minuteMs, reason, withLimit } from "../../base/index.ts";
import { failOverdueBuilds } from "../../sessions/index.ts";
import { startLimitMs, watchTurns } from "../../turns/index.ts";
import type { JobContext } from "../job/job-context.ts";

const limitMs = 5 * minuteMs;

/**
 * Runs the watchdog once: ends stuck turns or places them again, and fails overdue builds. Skips an overdue run and
 * retries nothing, because the next run does the same.
 */
export async function watch(
  { ports, tools }: Pick<JobContext, "ports" | "tools">,
  job: Job & { readonly kind: "watch" },
): Promise<void> {
  if (await tools.read(async () => isOverdue(job.requestId, ports.clock.now()))) return;
  await tools.step("watch", async () => {
    const parts = [
      async () => ({ placedAgain: await tools.work.placeAgain(startLimitMs) }),
      () => watchTurns(ports, withLimit(tools, limitMs)),
      async () => ({ failedBuilds: await failOverdueBuilds(ports) }),
    ];
    for (const part of parts) {
      try {
        const counts = await part();
        if (Object.values(counts).some((count) => count > 0))
          ports.log.warn(counts, "the watchdog found stuck or waiting work");
      } catch (cause) {
        if (tools.signal.aborted) throw cause;
        ports.log.error(
          { err: cause, reason: reason(cause) },
          "the watchdog failed; it runs again in a minute",
        );
      }
    }
    return null;
  });
}
