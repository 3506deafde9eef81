import { DBOS } from "@dbos-inc/dbos-sdk";
import { JOBS } from "./job-names.ts";

const batch = 500;

/**
 * Deletes, in batches, the DBOS records of jobs that ended before the given time. Returns the number of deleted jobs.
 */
export async function forgetEndedJobs(before: Date): Promise<number> {
  for (let count = 0; ; ) {
    const ended = await DBOS.listWorkflows({
      workflowName: JOBS.workflow,
      status: ["SUCCESS", "ERROR", "CANCELLED"],
      endTime: before.toISOString(),
      limit: batch,
      loadInput: false,
      loadOutput: false,
    });
    if (ended.length === 0) return count;
    await DBOS.deleteWorkflows(ended.map(({ workflowID }) => workflowID));
    count += ended.length;
  }
}
