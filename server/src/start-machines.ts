import pg from "pg";
import { pino } from "pino";
import { type Config, type Environment, parseConfig, thisMachine } from "./config.ts";
import { AppError, systemClock } from "./core/base/index.ts";
import type { Store } from "./core/ports.ts";
import type { ListedMachine, UnsavedSession } from "./core/turns/index.ts";
import { withJoined } from "./start-joined-settings.ts";
import { findMachineId } from "./start-machine-id.ts";
import { createStore } from "./store/create-store.ts";

/** Workers to drain: one worker, all workers of a machine, or of this machine if neither is set. */
export interface DrainTarget {
  readonly machineId?: string;
  readonly workerId?: string;
}

export interface DrainedWorkers {
  readonly machineId: string;
  readonly workerIds: readonly string[];
}

/** Lists the machines with live workers. Requires DATABASE_URL. */
export function listMachines(env: Environment): Promise<readonly ListedMachine[]> {
  return withStore(env, (store) => store.machines.list());
}

/** Lists the sessions that a drain of the machine did not save. */
export function listUnsavedSessions(env: Environment, machineId: string): Promise<readonly UnsavedSession[]> {
  return withStore(env, (store) => store.machines.listUnsaved(machineId));
}

/** Marks workers as draining. Throws `not_found`, with the known machines, if the target has no live worker. */
export function drainWorkers(env: Environment, target: DrainTarget): Promise<DrainedWorkers> {
  return withStore(env, async (store, config) => {
    const machines = await store.machines.list();
    const chosen = choose(machines, {
      ...target,
      ownId: target.machineId || target.workerId ? null : await findMachineId(config.dataDir),
    });
    if (typeof chosen === "string") throw new AppError("not_found", `${chosen} ${describe(machines)}`);
    await store.machines.drain(chosen.workerIds);
    return chosen;
  });
}

/** Returns the workers of the target, or a message if it has none. */
function choose(
  machines: readonly ListedMachine[],
  { machineId, workerId, ownId }: DrainTarget & { readonly ownId: string | null },
): DrainedWorkers | string {
  if (workerId !== undefined) {
    const machine = machines.find(({ workers }) => workers.some(({ id }) => id === workerId));
    if (machine === undefined) return `No worker with the ID ${workerId} runs.`;
    return { machineId: machine.id, workerIds: [workerId] };
  }
  const id = machineId ?? ownId;
  if (id === null)
    return "The data folder (TEMBO_DATA_DIR) belongs to no machine. Name one with --machine or --worker.";
  const machine = machines.find((one) => one.id === id);
  if (machine === undefined) return `No worker runs on the machine ${id}.`;
  return { machineId: id, workerIds: machine.workers.map((worker) => worker.id) };
}

function describe(machines: readonly ListedMachine[]): string {
  if (machines.length === 0) return "No machine has a running worker.";
  return `Machines with workers: ${machines.map(({ id, host }) => `${id} (${host})`).join(", ")}.`;
}

async function withStore<T>(
  env: Environment,
  work: (store: Store, config: Config) => Promise<T>,
): Promise<T> {
  const config = parseConfig(await withJoined(env, thisMachine()), thisMachine());
  if (config.databaseUrl === null)
    throw new AppError(
      "invalid_input",
      "This command requires DATABASE_URL. Set it to the PostgreSQL database that servers and workers share.",
    );
  await using cleanup = new AsyncDisposableStack();
  const pool = new pg.Pool({ connectionString: config.databaseUrl, max: 2, connectionTimeoutMillis: 10_000 });
  cleanup.defer(() => pool.end());
  const log = pino({ level: "warn" }, pino.destination(2));
  const { store, close } = createStore({ pool, log, clock: systemClock, repositoryKey: (url) => url });
  cleanup.defer(close);
  return await work(store, config);
}
