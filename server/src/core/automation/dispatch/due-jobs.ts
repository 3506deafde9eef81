import { dayMs, hourMs, type Job, jobName, minuteMs, slotOf } from "../../base/index.ts";
import type { Integration } from "../../forges/index.ts";

/**
 * Returns the jobs that are due: a clean-up every day and, for each integration, a sync every hour and, if it uses polling, a poll every minute. Job
 * names contain the minute, hour or day, so that several servers create only one job. Omits a job while an earlier one of the same kind, and for the
 * same integration, is unfinished. Pure.
 */
export function dueJobs(
  now: Date,
  integrations: readonly Pick<Integration, "id" | "settings">[],
  unfinished: ReadonlySet<string>,
): Job[] {
  const jobs: Job[] = [{ kind: "cleanUp", requestId: slotOf(now, dayMs) }];
  const busy = new Set([...unfinished].map(withoutRequest));
  for (const { id: integrationId, settings } of integrations) {
    jobs.push({ kind: "integrationSync", integrationId, requestId: slotOf(now, hourMs) });
    if (settings.events === "polling") {
      jobs.push({ kind: "integrationPoll", integrationId, requestId: slotOf(now, minuteMs) });
    }
  }
  return jobs.filter((job) => !busy.has(withoutRequest(jobName(job))));
}

/** Removes the slot: "integrationPoll:id:slot" becomes "integrationPoll:id". IDs contain no colon. */
const withoutRequest = (name: string) => name.split(":", name.startsWith("cleanUp:") ? 1 : 2).join(":");
