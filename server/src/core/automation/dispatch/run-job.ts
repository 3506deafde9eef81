import { type Backoff, backoffMs } from "../../../runtime/backoff.ts";
import { isOverdue, type Job, jobName, runWithRetries, withLimit } from "../../base/index.ts";
import { pollIntegration } from "../../forges/index.ts";
import { endAttempt } from "../../sessions/index.ts";
import { purgeSession } from "../../turns/index.ts";
import type { JobContext } from "../job/job-context.ts";
import { attemptNotification } from "../notification/attempt-notification.ts";
import type { AutomationPorts } from "../ports.ts";
import { failDelivery, workDelivery } from "../reaction/work-delivery.ts";
import { reconcile } from "../reconcile/reconcile.ts";
import { attemptDelivery } from "../webhook/attempt-delivery.ts";
import { cleanUp } from "./clean-up.ts";
import { watch } from "./watch.ts";

const syncLimitMs = 30 * 60_000;
const purgeLimitMs = 10 * 60_000;
const purgeBackoff: Backoff = { firstMs: 1_000, maxMs: 512_000 };
/** Backoff while a turn stops, which takes seconds, or minutes if its worker was lost. */
const attemptBackoff: Backoff = { firstMs: 500, maxMs: 60_000 };
const pollLimitMs = 10 * 60_000;

/** Runs a job to completion. Logs an unexpected error instead of throwing it, and then marks the delivery of a `delivery` job as failed. */
export async function runJob(context: JobContext, job: Job): Promise<void> {
  const { ports } = context;
  try {
    await dispatch(context, job);
  } catch (cause) {
    ports.log.error({ err: cause, job: jobName(job) }, "a job failed unexpectedly");
    if (job.kind === "delivery") await failDelivery(context, job.deliveryId);
  }
}

async function dispatch(context: JobContext, job: Job): Promise<void> {
  switch (job.kind) {
    case "delivery":
      return workDelivery(context, job.deliveryId);
    case "integrationSync":
      return syncs(context, job);
    case "integrationPoll":
      return polls(context, job);
    case "sessionPurge":
      return purges(context, job);
    case "attemptEnd":
      return endsAttempt(context, job);
    case "webhookAttempt":
      return attemptDelivery(context, job);
    case "notificationAttempt":
      return attemptNotification(context, job);
    case "cleanUp":
      return cleanUp(context);
    case "watch":
      return watch(context, job);
    case "reconcile":
      return reconcile(context);
  }
}

async function syncs(context: JobContext, job: Job & { readonly kind: "integrationSync" }): Promise<void> {
  const { ports, handlers, tools } = context;
  const ending = await runWithRetries({ tools, log: ports.log }, "sync", async () => {
    await handlers.syncIntegration(ports, job.integrationId, withLimit(tools, syncLimitMs));
    return { kind: "done", value: null };
  });
  logOutcome(ports, job, ending);
}

/**
 * Polls once without retries, because the next poll covers the same events. Skips an overdue poll for the same reason.
 */
async function polls(context: JobContext, job: Job & { readonly kind: "integrationPoll" }): Promise<void> {
  const { ports, tools } = context;
  const isLate = await tools.read(async () => isOverdue(job.requestId, ports.clock.now()));
  if (isLate) return;
  const ending = await tools.step("poll", async () => {
    try {
      const polled = await pollIntegration(ports, job.integrationId, withLimit(tools, pollLimitMs));
      return { kind: "done", value: polled } as const;
    } catch (cause) {
      if (tools.signal.aborted) throw cause;
      ports.log.warn({ err: cause, integrationId: job.integrationId }, "an integration could not be polled");
      return { kind: "done", value: 0 } as const;
    }
  });
  logOutcome(ports, job, ending);
}

/**
 * Retries until the session's turn has ended and the session is purged. A canceled turn ends within seconds or, if its
 * worker died, after another worker has taken it over.
 */
async function purges(context: JobContext, job: Job & { readonly kind: "sessionPurge" }): Promise<void> {
  const { ports, tools } = context;
  const ending = await runWithRetries({ tools, log: ports.log }, "purge", async (tries) => {
    const isPurged = await purgeSession(ports, job.sessionId, withLimit(tools, purgeLimitMs));
    return isPurged
      ? { kind: "done", value: null }
      : { kind: "later", afterMs: backoffMs(purgeBackoff, tries + 1) };
  });
  logOutcome(ports, job, ending);
}

/** Retries until the attempt's turn has ended and its pull requests are closed. */
async function endsAttempt(context: JobContext, job: Job & { readonly kind: "attemptEnd" }): Promise<void> {
  const { ports, tools } = context;
  const { sessionId, userId, keyId } = job;
  const ending = await runWithRetries({ tools, log: ports.log }, "end attempt", async (tries) => {
    const { organizationId } = await ports.store.sessions.get(sessionId);
    const isEnded = await ports.store.actingAs({ kind: "user", userId, keyId, address: null }, () =>
      endAttempt(ports, { organizationId, userId }, sessionId),
    );
    return isEnded
      ? { kind: "done", value: null }
      : { kind: "later", afterMs: backoffMs(attemptBackoff, tries + 1) };
  });
  if (ending.kind === "failed")
    await tools.step("report the problem", async () => {
      // A pull request that could not be closed is reported already.
      const attempt = await ports.store.attempts.find(sessionId);
      if (attempt?.problem === null) await ports.store.attempts.setProblem(sessionId, ending.sentence);
      return null;
    });
  logOutcome(ports, job, ending);
}

function logOutcome(
  ports: AutomationPorts,
  job: Job,
  ending: { readonly kind: "done" } | { readonly kind: "failed"; readonly sentence: string },
): void {
  if (ending.kind === "failed") ports.log.error({ job: jobName(job), why: ending.sentence }, "a job failed");
}
