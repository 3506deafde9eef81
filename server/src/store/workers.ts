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
import { decideLoss, type Loss, type QuietWorker, quietMs } from "./decide-loss.ts";
import { query } from "./queries/query.ts";

const BEAT_MS = 1_000;
const RECONNECT_MS = 250;
const CONNECT_TIMEOUT_MS = 10_000;
/** Time after which a statement without a response counts as a lost connection. */
const ANSWER_TIMEOUT_MS = 10_000;
/**
 * Settings with which the server drops a connection about 25 seconds after the worker's machine or network has failed.
 * With the defaults, it would hold the worker's lock for more than two hours. The time must be longer than the lease of
 * a worker, because a free lock is taken as the end of the worker's process. Unix sockets ignore the settings.
 */
const DETECT_HALF_OPEN =
  "set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3; set tcp_user_timeout = 25000";
const LOCK_CLASS = 77;
const applicationName = (workerId: string) => `tembo-worker-${workerId}`;
/** Ends the connections that hold a worker's lock, or wait for it. Other workers' connections have other names. */
const END_CONNECTIONS =
  "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()";
const QUIET_WORKERS = `select id, machine_id as "machineId", process_name as "processName",
    stopped_at is not null as "hasStopped", heartbeat_at > pg_postmaster_start_time() as "hasReturned",
    (extract(epoch from clock_timestamp() - greatest(heartbeat_at, pg_postmaster_start_time())) * 1000)::float8 as "quietMs"
  from workers
  where stopped_at is not null
    or greatest(heartbeat_at, pg_postmaster_start_time()) < clock_timestamp() - make_interval(secs => $1)`;
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
  readonly answerTimeoutMs?: number;
  /** Replaces the rule, whose times are too long for a test. */
  readonly decide?: typeof decideLoss;
}

interface WorkerRow extends Omit<QuietWorker, "isRunning"> {
  readonly id: string;
  readonly machineId: string | null;
  readonly processName: string | null;
}

class Member implements Membership {
  readonly #options: MemberOptions;
  readonly #input: JoinInput;
  #client: pg.Client | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isBeating = false;
  #hasJoined = false;
  #mayAct = false;
  #hasLeft = false;

  constructor(options: MemberOptions, input: JoinInput) {
    this.#options = options;
    this.#input = input;
  }

  async enter(): Promise<void> {
    const client = this.#createClient();
    const sentAt = this.#options.lease.now();
    let isNew: boolean;
    try {
      await client.connect();
      await client.query(DETECT_HALF_OPEN);
      // The server may not know yet that an earlier connection of this worker has failed.
      await client.query(END_CONNECTIONS, [applicationName(this.#input.workerId)]);
      await client.query("select pg_advisory_lock($1, hashtext($2))", [LOCK_CLASS, this.#input.workerId]);
      await client.query(
        "listen tembo_stop; listen tembo_steering; listen tembo_keep_alive; listen tembo_hand_over; listen tembo_preparation; listen tembo_placement",
      );
      isNew = await this.#register(client);
      await client.query(NOTIFY_PLACERS);
    } catch (cause) {
      await closeClient(client);
      throw cause;
    }
    this.#client = client;
    this.#timer = setInterval(() => void this.#beat(client), BEAT_MS);
    if (isNew && this.#hasJoined) {
      this.#mayAct = false;
      await this.#input.onTakenOver();
    }
    this.#hasJoined = true;
    if (this.#client !== client) return;
    this.#mayAct = true;
    this.#options.lease.confirm(sentAt);
  }

  /** Returns true if the worker was not registered: it joins for the first time, or others have taken over its turns. */
  async #register(client: pg.Client): Promise<boolean> {
    const { workerId, host, version, machine } = this.#input;
    const { rowCount } = await client.query("update workers set heartbeat_at = now() where id = $1", [
      workerId,
    ]);
    if (rowCount !== 0) return false;
    const { id, turnLimit, memoryBytes, labels } = machine;
    const insertion = query`
      insert into workers
        (id, host, version, machine_id, turn_limit, memory_bytes, labels, process_name, started_at, heartbeat_at)
      values (${workerId}, ${host}, ${version}, ${id}, ${turnLimit}, ${memoryBytes}, ${labels},
        ${this.#options.processes.own}, now(), now())`;
    await client.query(insertion.text, [...insertion.values]);
    return true;
  }

  #createClient(): pg.Client {
    const client = new pg.Client({
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      connectionString: this.#options.connectionString,
      application_name: applicationName(this.#input.workerId),
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
      if (channel === "tembo_hand_over") this.#input.onHandOverNotice?.(payload);
    });
    return client;
  }

  async #beat(client: pg.Client): Promise<void> {
    if (this.#isBeating) return;
    this.#isBeating = true;
    const { lease } = this.#options;
    const sentAt = lease.now();
    try {
      await client.query("update workers set heartbeat_at = now() where id = $1", [this.#input.workerId]);
      if (this.#mayAct && this.#client === client) lease.confirm(sentAt);
    } catch (cause) {
      this.#options.log.warn({ reason: reason(cause) }, "this worker's heartbeat failed; reconnecting");
      this.#lose(client);
    } finally {
      this.#isBeating = false;
    }
  }

  #lose(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = null;
    if (this.#timer !== null) clearInterval(this.#timer);
    void closeClient(client);
    if (!this.#hasLeft) void this.#enterAgain();
  }

  async #enterAgain(): Promise<void> {
    const { log } = this.#options;
    const enter = async (attempts: number) => {
      if (this.#hasLeft) return;
      await this.enter();
      log.info({ attempts }, "this worker has reconnected to the database");
      this.#input.onRejoined();
    };
    await retry(enter, {
      afterError: (cause) => {
        log.warn({ reason: reason(cause) }, "the database is unavailable; this worker retries");
        return RECONNECT_MS;
      },
    });
  }

  async takeOverLost(takeOver: (workerId: string) => Promise<void>): Promise<void> {
    const client = this.#client;
    if (client === null) return;
    for (const row of await this.#quietWorkers(client)) {
      const loss = await this.#lossOf(row);
      if (loss !== "present") await this.#takeOver(client, row.id, loss, takeOver);
    }
  }

  async #quietWorkers(client: pg.Client): Promise<WorkerRow[]> {
    const { rows } = await client.query<WorkerRow>(QUIET_WORKERS, [quietMs / 1_000]);
    return rows.filter(({ id }) => id !== this.#input.workerId);
  }

  async #lossOf(row: WorkerRow): Promise<Loss> {
    const { processName } = row;
    const isHere = row.machineId === this.#input.machine.id && processName !== null;
    const isRunning = isHere ? await this.#options.processes.isRunning(processName) : null;
    const { decide = decideLoss } = this.#options;
    return decide({ ...row, isRunning });
  }

  /** Holds the worker's lock until the worker is removed. A lost connection releases the lock. */
  async #takeOver(
    client: pg.Client,
    workerId: string,
    loss: Exclude<Loss, "present">,
    takeOver: (workerId: string) => Promise<void>,
  ): Promise<void> {
    if (loss === "unreachable") await client.query(END_CONNECTIONS, [applicationName(workerId)]);
    const lock = [LOCK_CLASS, workerId];
    const { rows } = await client.query<{ isFree: boolean }>(
      'select pg_try_advisory_lock($1, hashtext($2)) as "isFree"',
      lock,
    );
    if (rows[0]?.isFree !== true) return;
    try {
      // Another process may have taken it over since, or the worker may have returned.
      const row = (await this.#quietWorkers(client)).find(({ id }) => id === workerId);
      if (row === undefined || (await this.#lossOf(row)) === "present") return;
      await takeOver(workerId);
      await client.query("delete from workers where id = $1", [workerId]);
      await client.query(NOTIFY_PLACERS);
    } finally {
      await client.query("select pg_advisory_unlock($1, hashtext($2))", lock);
    }
  }

  async versions(): Promise<number[]> {
    const result = await this.#client?.query<{ version: number }>("select distinct version from workers");
    return result?.rows.map(({ version }) => version) ?? [];
  }

  async largestTurnLimit(): Promise<number> {
    const { id, turnLimit } = this.#input.machine;
    const result = await this.#client?.query<{ largest: number | null }>(
      "select max(turn_limit) as largest from workers where machine_id = $1",
      [id],
    );
    return Math.max(turnLimit, result?.rows[0]?.largest ?? 0);
  }

  async drain(): Promise<void> {
    await this.#client?.query("update workers set is_draining = true where id = $1", [this.#input.workerId]);
  }

  async leave(): Promise<void> {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    const client = this.#client;
    this.#client = null;
    await client?.query("update workers set stopped_at = now() where id = $1", [this.#input.workerId]);
    await client?.end();
    this.#options.lease.end();
  }
}
