/** Names of the DBOS queue and workflow for jobs. */
export const JOBS = { queue: "jobs", workflow: "job" } as const;

/** Name of the separate queue for webhook attempts. It has one partition per webhook. */
export const WEBHOOKS = { queue: "webhooks" } as const;
