import { DBOS } from "@dbos-inc/dbos-sdk";
import { JOBS } from "./job-names.ts";

const batch = 500;

/** Deletes what DBOS keeps of jobs that ended before, some at a time, and returns how many there were. */
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
