/** What jobs are called in DBOS. */
export const JOBS = { queue: "jobs", workflow: "job" } as const;

/** Jobs that send to webhooks are dispatched apart, in a partition for each webhook. */
export const WEBHOOKS = { queue: "webhooks" } as const;
