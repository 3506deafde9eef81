import type pg from "pg";
import type { PlacerParts } from "./placer-parts.ts";
import { withdrawWorkflows } from "./withdraw-workflows.ts";

/**
 * Finds placed turns that no worker has begun, and whose machine does not have their labels any more. Finds the labels of each
 * machine once.
 */
const MISLABELED = `with machines as materialized (
    select machine_id, machine_labels(machine_id) as labels from (
      select distinct machine_id from turn_placements where machine_id is not null and runs_on <> '{}'
    ) used
  )
  select p.turn_id as id from machines m join turn_placements p using (machine_id)
    join dbos.workflow_status w on w.workflow_uuid = p.turn_id::text
  where p.runs_on <> '{}' and not p.runs_on <@ m.labels and w.status = 'ENQUEUED'
  limit 100`;

/** Lets turns wait again that were placed before their machine lost their labels, or before they received other ones. */
export async function withdrawMislabeled(parts: PlacerParts): Promise<void> {
  if ((await findMislabeled(parts.pool)).length > 0) await withdrawUnderLock(parts);
}

/**
 * Does the same for a worker that has joined and has not begun to take turns. Placers that do not know its labels yet finish
 * first.
 */
export async function withdrawUnderLock({
  ports,
  clientOf,
}: Pick<PlacerParts, "clientOf"> & { readonly ports: Pick<PlacerParts["ports"], "store"> }): Promise<void> {
  await ports.store.transaction(async (tx) => {
    await tx.turnPlacements.lock();
    const client = clientOf(tx);
    for (let ids = await findMislabeled(client); ids.length > 0; ids = await findMislabeled(client)) {
      const withdrawn = await withdrawWorkflows(client, ids);
      if (withdrawn.length === 0) return;
      await tx.turnPlacements.avoidMachines(withdrawn);
    }
  });
}

async function findMislabeled(client: pg.Pool | pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>({ name: "tembo_mislabeled_turns", text: MISLABELED });
  return rows.map(({ id }) => id);
}
