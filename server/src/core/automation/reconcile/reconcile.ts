import { minuteMs, runWithRetries, withLimit } from "../../base/index.ts";
import type { JobContext } from "../job/job-context.ts";
import type { Check, CheckResult } from "./check.ts";
import { checkBlobs } from "./check-blobs.ts";
import { checkPullRequests } from "./check-pull-requests.ts";
import { checkSessions } from "./check-sessions.ts";
import { checkJobs, checkWarmSandboxes, checkWork } from "./check-work.ts";
import type { StateCheck } from "./reconcile-store.ts";

const limitMs = 10 * minuteMs;

/** All checks, by the name under which their results are stored. "tembo doctor" shows the names. */
export const checks: Readonly<Record<string, Check>> = {
  "work of turns": checkWork,
  "status of sessions": checkSessions,
  jobs: checkJobs,
  "warm sandboxes": checkWarmSandboxes,
  blobs: checkBlobs,
  "pull requests": checkPullRequests,
};

/**
 * Reconciles the stored state. Corrects what is safe to correct, and stores the results. Each run reads a
 * bounded part; the next run continues there.
 */
export async function reconcile({ ports, tools }: Pick<JobContext, "ports" | "tools">): Promise<void> {
  for (const [name, check] of Object.entries(checks)) {
    const ending = await runWithRetries({ tools, log: ports.log }, name, async () => {
      await runCheck({ ports, tools }, name, check);
      return { kind: "done", value: null };
    });
    if (ending.kind === "failed")
      ports.log.error({ check: name, why: ending.sentence }, "a reconciliation check failed");
  }
}

/** Runs one check and stores its result. */
export async function runCheck(
  { ports, tools }: Pick<JobContext, "ports" | "tools">,
  name: string,
  check: Check,
): Promise<void> {
  const { store, clock, log } = ports;
  const known = await store.reconcile.find(name);
  const result = await check({ ports, tools, signal: withLimit(tools, limitMs) }, known?.cursor ?? null);
  await store.reconcile.save({ name, checkedAt: clock.now(), ...addResult(known, result) });
  const { found, fixed, openItems } = result;
  if (found > 0)
    log.warn({ check: name, found, fixed, openItems }, "a reconciliation check found differences");
}

/** Adds the result of a run to those of earlier runs of the same check, which a run that reads the end completes. Pure. */
function addResult(known: StateCheck | null, result: CheckResult): Omit<StateCheck, "name" | "checkedAt"> {
  const isEnd = result.cursor === null;
  if (known === null || known.cursor === null)
    return { ...result, earlierItems: isEnd ? [] : (known?.openItems ?? []) };
  return {
    found: known.found + result.found,
    fixed: known.fixed + result.fixed,
    openItems: [...new Set([...known.openItems, ...result.openItems])],
    earlierItems: isEnd ? [] : known.earlierItems,
    cursor: result.cursor,
  };
}
