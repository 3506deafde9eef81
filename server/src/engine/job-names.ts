import type { WorkflowStatus } from "@dbos-inc/dbos-sdk";

/** Names of the DBOS queue and workflow for jobs. */
export const JOBS = { queue: "jobs", workflow: "job" } as const;

/**
 * Name of the separate queue for attempts at webhooks and notifications. It has one partition per webhook, and one per
 * organization and channel of notifications.
 */
export const WEBHOOKS = { queue: "webhooks" } as const;

/** Returns the queue of a job. A canceled workflow has lost its queue name, so the kind of job determines it. */
export const jobQueueOf = ({ workflowID }: Pick<WorkflowStatus, "workflowID">) =>
  /^(?:webhook|notification)Attempt:/.test(workflowID) ? WEBHOOKS.queue : JOBS.queue;
