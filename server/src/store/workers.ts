import pg from "pg";
import {
  type Logger,
  limitRepeats,
  type Membership,
  reason,
  type WorkerLease,
  type WorkerRegistry,
} from "../core/base/index.ts";
import type { ProcessNames } from "../file-lock/process-names.ts";
import { retry } from "../runtime/retry.ts";
import { closeClient } from "./close-client.ts";
import type { Loss } from "./decide-loss.ts";
import type { ProcessFacts } from "./process-facts.ts";
import { query } from "./queries/query.ts";
import { WorkerWatch, type WorkerWatchOptions } from "./worker-watch.ts";

const BEAT_MS = 1_000;
const RECONNECT_MS = 250;
const CONNECT_TIMEOUT_MS = 10_000;
/** Time after which a statement without a response counts as a lost connection. */
const ANSWER_TIMEOUT_MS = 10_000;
/**
 * Settings with which PostgreSQL drops a connection about 25 seconds after the worker's machine or network has failed.
 * With the defaults, it would hold the worker's lock for more than two hours. The time must be longer than the lease of
 * a worker, which does not notice such a failure earlier. Unix sockets ignore the settings.
 */
const DETECT_HALF_OPEN =
  "set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3; set tcp_user_timeout = 25000";
const LOCK_CLASS = 77;
const applicationName = (workerId: string) => `tembo-worker-${workerId}`;
/** Ends the connections that hold a worker's lock, or wait for it. Other workers' connections have other names. */
const END_CONNECTIONS =
  "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()";
const BEAT = "update workers set heartbeat_at = now(), free_disk_bytes = $2 where id = $1";
const NOTIFY_PLACERS = "select pg_notify('tembo_placement', '')";

/**
 * Tracks worker liveness in PostgreSQL with a heartbeat row and a session-level advisory lock on a dedicated
 * connection. Heartbeats extend the lease of this process.
 */
export function createWorkerRegistry(options: MemberOptions & { readonly pool: pg.Pool }): WorkerRegistry {
  return {
    join: async (input) => {
      const member = new Member({ ...options, log: limitRepeats(options.log) }, input);
      await member.enter();
      return member;
    },
    noticeStop: async (turnId) => {
      await options.pool.query("select pg_notify('tembo_stop', $1)", [turnId]);
    },
    noticeHandOver: async (sessionId) => {
      await options.pool.query("select pg_notify('tembo_hand_over', $1)", [sessionId]);
    },
    noticeSteering: async (turnId) => {
      await options.pool.query("select pg_notify('tembo_steering', $1)", [turnId]);
    },
  };
}

type JoinInput = Parameters<WorkerRegistry["join"]>[0];

interface MemberOptions {
  readonly connectionString: string;
  readonly log: Logger;
  readonly lease: WorkerLease;
  /** Names of the processes that use this machine's data folder. */
  readonly processes: Pick<ProcessNames, "own" | "isRunning">;
  readonly facts: ProcessFacts;
  readonly answerTimeoutMs?: number;
  readonly decide?: WorkerWatchOptions["decide"];
}

interface Connection {
  readonly client: pg.Client;
  readonly watch: WorkerWatch;
}

class Member implements Membership {
  readonly #options: MemberOptions;
  readonly #input: JoinInput;
  #connection: Connection | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isBeating = false;
  #hasJoined = false;
  /** True from the moment at which this worker learns that others have taken over its turns, until it has ended them. */
  #mustEnd = false;
  #hasLeft = false;

  constructor(options: MemberOptions, input: JoinInput) {
    this.#options = options;
    this.#input = input;
  }

  async enter(): Promise<void> {
    const { lease } = this.#options;
    const client = this.#createClient();
    const sentAt = lease.now();
    let since: Date;
    try {
      await client.connect();
      since = await this.#register(client);
      await client.query(NOTIFY_PLACERS);
      if (this.#hasLeft) return await closeClient(client);
    } catch (cause) {
      await closeClient(client);
      throw cause;
    }
    const { workerId, machine } = this.#input;
    const watch = new WorkerWatch({ ...this.#options, workerId, machineId: machine.id }, client, since);
    this.#connection = { client, watch };
    this.#timer = setInterval(() => void this.#beat(client), BEAT_MS);
    if (this.#mustEnd) await this.#endWork(client);
    if (!this.#isCurrent(client)) return;
    this.#mustEnd = false;
    this.#hasJoined = true;
    lease.confirm(sentAt);
  }

  /** Ends the work that others have taken over. After a failure, the worker reconnects and tries again. */
  async #endWork(client: pg.Client): Promise<void> {
    try {
      await this.#input.onTakenOver();
    } catch (cause) {
      // If the connection was lost meanwhile, its loss reconnects.
      if (!this.#isCurrent(client)) return;
      this.#connection = null;
      if (this.#timer !== null) clearInterval(this.#timer);
      await closeClient(client);
      throw cause;
    }
  }

  /** Takes the worker's lock and writes its row. Returns the database's time. */
  async #register(client: pg.Client): Promise<Date> {
    const { workerId, host, version, machine } = this.#input;
    const { facts, processes } = this.#options;
    const name = applicationName(workerId);
    await client.query(DETECT_HALF_OPEN);
    // The connection string may set another name.
    await client.query("select set_config('application_name', $1, false)", [name]);
    // PostgreSQL may not know yet that an earlier connection of this worker has failed.
    await client.query(END_CONNECTIONS, [name]);
    await client.query("select pg_advisory_lock($1, hashtext($2))", [LOCK_CLASS, workerId]);
    await client.query(
      "listen tembo_stop; listen tembo_steering; listen tembo_keep_alive; listen tembo_hand_over; listen tembo_preparation; listen tembo_placement; listen tembo_queue",
    );
    const { rows } = await client.query<{ at: Date }>(`${BEAT} returning heartbeat_at as at`, [
      workerId,
      facts.freeDiskBytes(),
    ]);
    if (rows[0] !== undefined) return rows[0].at;
    // Set before the row is written, because its confirmation may be lost.
    this.#mustEnd = this.#hasJoined;
    const { id, turnLimit, memoryBytes, labels } = machine;
    const insertion = query`
      insert into workers
        (id, host, version, machine_id, turn_limit, memory_bytes, labels, process_name, newest_migration,
        release, free_disk_bytes, started_at, heartbeat_at)
      values (${workerId}, ${host}, ${version}, ${id}, ${turnLimit}, ${memoryBytes}, ${labels},
        ${processes.own}, ${facts.newestMigration}, ${facts.release}, ${facts.freeDiskBytes()}, now(), now()) returning heartbeat_at as at`;
    const inserted = await client.query<{ at: Date }>(insertion.text, [...insertion.values]);
    return inserted.rows[0]!.at;
  }

  #isCurrent(client: pg.Client): boolean {
    return this.#connection?.client === client;
  }

  #createClient(): pg.Client {
    const client = new pg.Client({
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      connectionString: this.#options.connectionString,
      keepAlive: true,
      query_timeout: this.#options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS,
    });
    client.on("error", () => this.#lose(client));
    client.on("end", () => this.#lose(client));
    client.on("notification", ({ channel, payload = "" }) => {
      if (channel === "tembo_stop") this.#input.onStopNotice(payload);
      if (channel === "tembo_steering") this.#input.onSteeringNotice(payload);
      if (channel === "tembo_keep_alive") this.#input.onKeepAliveNotice?.(payload);
      if (channel === "tembo_preparation") this.#input.onPreparationNotice?.(payload);
      if (channel === "tembo_placement") this.#input.onPlacementNotice?.();
      if (channel === "tembo_queue") this.#input.onQueueNotice?.(payload);
      if (channel === "tembo_hand_over") this.#input.onHandOverNotice?.(payload);
    });
    return client;
  }

  async #beat(client: pg.Client): Promise<void> {
    if (this.#isBeating) return;
    this.#isBeating = true;
    const { lease, facts } = this.#options;
    const sentAt = lease.now();
    try {
      await client.query(BEAT, [this.#input.workerId, facts.freeDiskBytes()]);
      if (!this.#mustEnd && this.#isCurrent(client)) lease.confirm(sentAt);
    } catch (cause) {
      this.#options.log.warn({ reason: reason(cause) }, "this worker's heartbeat failed; reconnecting");
      this.#lose(client);
    } finally {
      this.#isBeating = false;
    }
  }

  #lose(client: pg.Client): void {
    if (!this.#isCurrent(client)) return;
    this.#connection = null;
    if (this.#timer !== null) clearInterval(this.#timer);
    // The lock is free from now on, which others take as a sign that this worker does not act.
    this.#options.lease.lapse();
    void closeClient(client);
    if (!this.#hasLeft) void this.#enterAgain();
  }

  async #enterAgain(): Promise<void> {
    const { log } = this.#options;
    const enter = async (attempts: number) => {
      if (this.#hasLeft) return;
      await this.enter();
      if (this.#hasLeft) return;
      log.info({ attempts }, "this worker has reconnected to the database");
      this.#input.onRejoined();
    };
    await retry(enter, {
      afterError: (cause) => {
        log.warn({ reason: reason(cause) }, "this worker could not reconnect; retrying");
        return RECONNECT_MS;
      },
    });
  }

  async takeOverLost(takeOver: (workerId: string) => Promise<void>): Promise<void> {
    const connection = this.#connection;
    if (connection === null) return;
    const failures: unknown[] = [];
    for (const { id, loss } of await connection.watch.lost()) {
      try {
        await this.#takeOver(connection, { id, loss }, takeOver);
      } catch (cause) {
        failures.push(cause);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Holds the worker's lock until the worker is removed. A lost connection releases the lock. */
  async #takeOver(
    { client, watch }: Connection,
    { id, loss }: { readonly id: string; readonly loss: Exclude<Loss, "present"> },
    takeOver: (workerId: string) => Promise<void>,
  ): Promise<void> {
    if (loss === "unreachable") await client.query(END_CONNECTIONS, [applicationName(id)]);
    const lock = [LOCK_CLASS, id];
    const { rows } = await client.query<{ isFree: boolean }>(
      'select pg_try_advisory_lock($1, hashtext($2)) as "isFree"',
      lock,
    );
    if (rows[0]?.isFree !== true) return;
    try {
      // Another process may have taken it over since, or the worker may have returned.
      if (!(await watch.lost()).some((lost) => lost.id === id)) return;
      await takeOver(id);
      await client.query("delete from workers where id = $1", [id]);
      await client.query(NOTIFY_PLACERS);
    } finally {
      await client.query("select pg_advisory_unlock($1, hashtext($2))", lock);
    }
  }

  async versions(): Promise<number[]> {
    const result = await this.#connection?.client.query<{ version: number }>(
      "select distinct version from workers",
    );
    return result?.rows.map(({ version }) => version) ?? [];
  }

  async largestTurnLimit(): Promise<number> {
    const { id, turnLimit } = this.#input.machine;
    const result = await this.#connection?.client.query<{ largest: number | null }>(
      "select max(turn_limit) as largest from workers where machine_id = $1",
      [id],
    );
    return Math.max(turnLimit, result?.rows[0]?.largest ?? 0);
  }

  async drain(): Promise<void> {
    await this.#connection?.client.query("update workers set is_draining = true where id = $1", [
      this.#input.workerId,
    ]);
  }

  async leave(): Promise<void> {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    const client = this.#connection?.client;
    this.#connection = null;
    try {
      await client?.query("update workers set stopped_at = now() where id = $1", [this.#input.workerId]);
      await client?.end();
    } finally {
      this.#options.lease.end();
    }
  }
}
