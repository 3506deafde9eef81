import { newId } from "../../../server/src/core/base/index.ts";
import { decidePlacement } from "../../../server/src/core/turns/index.ts";
import { openTestStore } from "../../../server/src/testing/test-store.ts";

export const waitingTurns = 10_000;
const ORGANIZATIONS = 20;
const MACHINES = 50;
const DECISIONS = 100;
const VERSION = 1;
const GIB = 1024 ** 3;

/** Returns the milliseconds of each decision while many turns wait: reading the state, and choosing machines. */
export async function measureDecisions(): Promise<readonly number[]> {
  await using cleanup = new AsyncDisposableStack();
  const t = await openTestStore();
  cleanup.defer(() => t.drop());
  const { pool } = t.database;
  for (let number = 0; number < MACHINES; number += 1)
    await pool.query(
      `insert into workers (id, host, started_at, heartbeat_at, version, machine_id, turn_limit, memory_bytes, labels)
       values ($1, 'here', now(), now() + interval '1 hour', $2, $3, 4, $4, '{}')`,
      [newId(), VERSION, newId(), 16 * GIB],
    );
  const organizations = await Promise.all(Array.from({ length: ORGANIZATIONS }, () => t.addOrganization()));
  for (let number = 0; number < waitingTurns; number += 1) {
    const { id } = await t.addSession({
      organizationId: organizations[number % ORGANIZATIONS]!,
      sandboxSize: "small",
    });
    await t.store.turnPlacements.request(await t.addTurn(id));
  }
  await pool.query("analyze");
  const samples: number[] = [];
  for (let decision = 0; decision < DECISIONS; decision += 1) {
    const startedAt = performance.now();
    await t.store.transaction(async (tx) => {
      await tx.turnPlacements.lock();
      const placements = decidePlacement({
        ...(await tx.turnPlacements.state(VERSION)),
        savesWorkspaces: true,
      });
      if (placements.length === 0) throw new Error("No turn was placed.");
    });
    samples.push(performance.now() - startedAt);
  }
  return samples;
}
