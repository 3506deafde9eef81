import pg from "pg";
import {
  type Logger,
  limitRepeats,
  type Membership,
  reason,
  type WorkerRegistry,
} from "../core/base/index.ts";
import { retry } from "../runtime/retry.ts";
import { closeClient } from "./close-client.ts";

const BEAT_MS = 1_000;
/**
 * Age of the last heartbeat after which a worker counts as dead. Time before the database started does not count, so
 * that workers do not count as dead after a database restart.
 */
const STALE_SECONDS = 2.5;
const RECONNECT_MS = 250;
const CONNECT_TIMEOUT_MS = 10_000;
/**
 * Time after which a statement without a response counts as a lost connection. Longer than the time after which the
 * server drops a lost connection, because a worker that reconnects first waits for the lock of that connection.
 */
const ANSWER_TIMEOUT_MS = 10_000;
/**
 * Settings with which the server drops a connection about six seconds after the worker's machine or network has failed.
 * With the defaults, the server would hold the worker's lock for more than two hours. Unix sockets ignore them.
 */
const DETECT_HALF_OPEN =
  "set tcp_keepalives_idle = 3; set tcp_keepalives_interval = 1; set tcp_keepalives_count = 3; set tcp_user_timeout = 6000";
const LOCK_CLASS = 77;
const IS_LOST = `(stopped_at is not null
  or greatest(heartbeat_at, pg_postmaster_start_time()) < now() - make_interval(secs => $2))`;
const NOTIFY_PLACERS = "select pg_notify('tembo_placement', '')";

/**
 * Tracks worker liveness in PostgreSQL with a heartbeat row and a session-level advisory lock on a dedicated
 * connection.
 */
export function createWorkerRegistry(options: {
  readonly pool: pg.Pool;
  readonly connectionString: string;
  readonly log: Logger;
  readonly answerTimeoutMs?: number;
}): WorkerRegistry {
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
  readonly answerTimeoutMs?: number;
}

class Member implements Membership {
  readonly #options: MemberOptions;
  readonly #input: JoinInput;
  #client: pg.Client | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isBeating = false;
  #hasLeft = false;

  constructor(options: MemberOptions, input: JoinInput) {
    this.#options = options;
    this.#input = input;
  }

  async enter(): Promise<void> {
    const client = this.#createClient();
    try {
      await client.connect();
      await client.query(DETECT_HALF_OPEN);
      await client.query("select pg_advisory_lock($1, hashtext($2))", [LOCK_CLASS, this.#input.workerId]);
      await client.query(
        "listen tembo_stop; listen tembo_steering; listen tembo_keep_alive; listen tembo_hand_over; listen tembo_preparation; listen tembo_placement",
      );
      await this.#register(client);
      await client.query(NOTIFY_PLACERS);
    } catch (cause) {
      await closeClient(client);
      throw cause;
    }
    this.#client = client;
    this.#timer = setInterval(() => void this.#beat(client), BEAT_MS);
  }

  async #register(client: pg.Client): Promise<void> {
    const { workerId, host, version, machine } = this.#input;
    await client.query(
      `insert into workers (id, host, version, machine_id, turn_limit, memory_bytes, started_at, heartbeat_at)
       values ($1, $2, $3, $4, $5, $6, now(), now())
       on conflict (id) do update set heartbeat_at = now()`,
      [workerId, host, version, machine.id, machine.turnLimit, machine.memoryBytes],
    );
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
      if (channel === "tembo_hand_over") this.#input.onHandOverNotice?.(payload);
    });
    return client;
  }

  async #beat(client: pg.Client): Promise<void> {
    if (this.#isBeating) return;
    this.#isBeating = true;
    try {
      await client.query("update workers set heartbeat_at = now() where id = $1", [this.#input.workerId]);
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
    const { rows } = await client.query<{ id: string }>(
      `select id from workers where id <> $1 and ${IS_LOST}`,
      [this.#input.workerId, STALE_SECONDS],
    );
    for (const { id } of rows) await takeOverWorker(client, id, takeOver);
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
  }
}

/** Holds the worker's lock until the worker is removed. A lost connection releases the lock. */
async function takeOverWorker(
  client: pg.Client,
  workerId: string,
  takeOver: (workerId: string) => Promise<void>,
): Promise<void> {
  const lock = [LOCK_CLASS, workerId];
  const { rows } = await client.query<{ isFree: boolean }>(
    'select pg_try_advisory_lock($1, hashtext($2)) as "isFree"',
    lock,
  );
  if (rows[0]?.isFree !== true) return;
  try {
    // Another process may have taken it over since, or the worker may have returned.
    const values = [workerId, STALE_SECONDS];
    const { rowCount } = await client.query(`select from workers where id = $1 and ${IS_LOST}`, values);
    if (rowCount === 0) return;
    await takeOver(workerId);
    await client.query("delete from workers where id = $1", [workerId]);
    await client.query(NOTIFY_PLACERS);
  } finally {
    await client.query("select pg_advisory_unlock($1, hashtext($2))", lock);
  }
}
