import type pg from "pg";
import type { ProcessNames } from "../file-lock/process-names.ts";
import { decideLoss, type Loss, staleMs } from "./decide-loss.ts";

const STALE_WORKERS = `select id, machine_id as "machineId", process_name as "processName", heartbeat_at::text as heartbeat,
    stopped_at is not null as "hasStopped", heartbeat_at > $2 as "hasReturned"
  from workers
  where id <> $1 and (stopped_at is not null or heartbeat_at < clock_timestamp() - make_interval(secs => $3))`;

interface StaleRow {
  readonly id: string;
  readonly machineId: string | null;
  readonly processName: string | null;
  readonly heartbeat: string;
  readonly hasStopped: boolean;
  readonly hasReturned: boolean;
}

export interface WorkerWatchOptions {
  readonly workerId: string;
  readonly machineId: string;
  /** Names of the processes that use this machine's data folder. */
  readonly processes: Pick<ProcessNames, "isRunning">;
  /** Replaces the rule, whose times are too long for a test. */
  readonly decide?: typeof decideLoss | undefined;
}

/**
 * Watches the heartbeats of the other workers over one connection. It measures time on the clock of this machine, because
 * the database's clock may jump, and an outage of the database would make all heartbeats look old.
 */
export class WorkerWatch {
  readonly #options: WorkerWatchOptions;
  readonly #client: pg.Client;
  readonly #since: Date;
  #seen = new Map<string, { readonly heartbeat: string; readonly sinceMs: number }>();

  /** `since` is the database's time at which the connection began. */
  constructor(options: WorkerWatchOptions, client: pg.Client, since: Date) {
    this.#options = options;
    this.#client = client;
    this.#since = since;
  }

  /** Returns the workers whose turns others may take over. */
  async lost(): Promise<{ readonly id: string; readonly loss: Exclude<Loss, "present"> }[]> {
    const { rows } = await this.#client.query<StaleRow>(STALE_WORKERS, [
      this.#options.workerId,
      this.#since,
      staleMs / 1_000,
    ]);
    const nowMs = performance.now();
    const before = this.#seen;
    this.#seen = new Map(
      rows.map(({ id, heartbeat }) => {
        const known = before.get(id);
        return [id, known?.heartbeat === heartbeat ? known : { heartbeat, sinceMs: nowMs }];
      }),
    );
    const found = await Promise.all(
      rows.map(async (row) => ({ id: row.id, loss: await this.#lossOf(row, nowMs) })),
    );
    return found.flatMap(({ id, loss }) => (loss === "present" ? [] : [{ id, loss }]));
  }

  async #lossOf(row: StaleRow, nowMs: number): Promise<Loss> {
    const { machineId, processes, decide = decideLoss } = this.#options;
    const { processName, hasStopped, hasReturned } = row;
    const isHere = row.machineId === machineId && processName !== null;
    const isRunning = isHere && !hasStopped ? await processes.isRunning(processName) : null;
    const watchedMs = nowMs - this.#seen.get(row.id)!.sinceMs;
    return decide({ hasStopped, hasReturned, isRunning, watchedMs });
  }
}
