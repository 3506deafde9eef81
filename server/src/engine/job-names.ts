/** Names of the job queue and workflow in DBOS. */
export const JOBS = { queue: "jobs", workflow: "job" } as const;

/** Webhook attempts have a separate queue, with a partition for each webhook. */
export const WEBHOOKS = { queue: "webhooks" } as const;
