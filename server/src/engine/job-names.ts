/** What jobs are called in DBOS. */
export const JOBS = { queue: "jobs", workflow: "job" } as const;
