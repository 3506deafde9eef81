import { DBOS, type WorkflowStatus } from "@dbos-inc/dbos-sdk";
import type pg from "pg";

type Requeued = Pick<WorkflowStatus, "workflowID" | "applicationVersion" | "queuePartitionKey">;

/**
 * Returns workflows to the queues that `queueOf` chooses. A workflow of an older version restarts from its first step
 * under `version`, because its recorded steps may differ from this version's steps. Each step may run twice anyway. Notifies
 * the workers of the queues.
 */
export async function requeueWorkflows<T extends Requeued>(
  workflows: readonly T[],
  {
    pool,
    version,
    queueOf,
  }: { readonly pool: pg.Pool; readonly version: number; readonly queueOf: (workflow: T) => string },
): Promise<void> {
  const isOlder = (one: T) => Number(one.applicationVersion) < version;
  for (const [queueName, ones] of Map.groupBy(workflows, queueOf)) {
    for (const one of ones.filter(isOlder)) await restart(one, version, queueName);
    const others = ones.filter((one) => !isOlder(one));
    if (others.length > 0) {
      await DBOS.resumeWorkflows(
        others.map(({ workflowID }) => workflowID),
        { queueName },
      );
    }
    await pool.query("select pg_notify('tembo_queue', $1)", [queueName]);
  }
}

/**
 * A crash after the cancellation leaves the workflow canceled. Only this function cancels workflows, so it is found
 * again.
 */
async function restart(
  { workflowID, queuePartitionKey }: Requeued,
  version: number,
  queueName: string,
): Promise<void> {
  await DBOS.cancelWorkflow(workflowID);
  // A worker that only lost its connection may have completed the workflow, which DBOS would run again.
  if ((await DBOS.getWorkflowStatus(workflowID))?.status !== "CANCELLED") return;
  await DBOS.rewindWorkflow(workflowID, {
    startStep: 0,
    applicationVersion: String(version),
    queueName,
    ...(queuePartitionKey !== undefined && { queuePartitionKey }),
  });
}
