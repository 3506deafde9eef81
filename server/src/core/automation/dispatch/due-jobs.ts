import { dayMs, hourMs, type Job, jobName, minuteMs, slotOf } from "../../base/index.ts";
import type { Integration } from "../../forges/index.ts";

/**
 * Returns the jobs that are due: a clean-up every day, a reconciliation of the stored state every hour, the watchdog
 * every minute and, for each integration, a sync every hour and, if it uses polling, a poll every minute. Job names
 * contain the minute, hour or day, so that several servers create only one job. Omits a job for an integration while an
 * earlier one of the same kind is unfinished. The watchdog runs even if an earlier run is stuck. Pure.
 */
export function dueJobs(
  now: Date,
  integrations: readonly Pick<Integration, "id" | "settings">[],
  unfinished: ReadonlySet<string>,
): Job[] {
  const jobs: Job[] = [
    { kind: "cleanUp", requestId: slotOf(now, dayMs) },
    { kind: "reconcile", requestId: slotOf(now, hourMs) },
    { kind: "watch", requestId: slotOf(now, minuteMs) },
  ];
  const busy = new Set([...unfinished].map(withoutRequest));
  for (const { id: integrationId, settings } of integrations) {
    jobs.push({ kind: "integrationSync", integrationId, requestId: slotOf(now, hourMs) });
    if (settings.events === "polling") {
      jobs.push({ kind: "integrationPoll", integrationId, requestId: slotOf(now, minuteMs) });
    }
  }
  return jobs.filter((job) => !("integrationId" in job) || !busy.has(withoutRequest(jobName(job))));
}

/** Removes the slot: "integrationPoll:id:slot" becomes "integrationPoll:id". IDs contain no colon. */
const withoutRequest = (name: string) => name.split(":", 2).join(":");
