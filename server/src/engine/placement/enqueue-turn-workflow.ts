import type pg from "pg";
import { APPLICATION, machineQueue, TURNS } from "./turn-queues.ts";

/**
 * Enqueues a workflow with DBOS's SQL function, and notifies the workers of the queue. The function needs one prepared
 * statement. The DBOS client would send two statements, which the server plans each time.
 */
const ENQUEUE = `select dbos.enqueue_workflow(workflow_name => $1, queue_name => $2, workflow_id => $3,
  positional_args => array[$6::json], app_version => $4, application_name => $5), pg_notify('tembo_queue', $2)`;

export async function enqueueTurnWorkflow(
  client: pg.ClientBase,
  {
    turnId,
    machineId,
    version,
  }: { readonly turnId: string; readonly machineId: string; readonly version: number },
): Promise<void> {
  await client.query({
    name: "tembo_enqueue_turn",
    text: ENQUEUE,
    values: [
      TURNS.workflow,
      machineQueue(machineId),
      turnId,
      String(version),
      APPLICATION,
      JSON.stringify(turnId),
    ],
  });
}
