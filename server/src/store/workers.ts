import pg from "pg";
import {
  type Logger,
  limitRepeats,
  type Membership,
  reason,
  type WorkerRegistry,
} from "../core/base/index.ts";
import { retry } from "../runtime/retry.ts";

const BEAT_MS = 1_000;
/**
 * Age of the last heartbeat after which a worker counts as dead. Time before the database started does not count, so
 * that workers do not count as dead after a database restart.
 */
const STALE_SECONDS = 2.5;
const RECONNECT_MS = 250;
const CONNECT_TIMEOUT_MS = 10_000;
const LOCK_CLASS = 77;

/**
 * Tracks worker liveness in PostgreSQL with a heartbeat row and a session-level advisory lock on a dedicated
 * connection.
 */
export function createWorkerRegistry(options: {
  readonly pool: pg.Pool;
  readonly connectionString: string;
  readonly log: Logger;
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

class Member implements Membership {
  readonly #options: { readonly connectionString: string; readonly log: Logger };
  readonly #input: JoinInput;
  #client: pg.Client | null = null;
  #timer: NodeJS.Timeout | null = null;
  #hasLeft = false;

  constructor(options: { readonly connectionString: string; readonly log: Logger }, input: JoinInput) {
    this.#options = options;
    this.#input = input;
  }

  async enter(): Promise<void> {
    const client = new pg.Client({
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      connectionString: this.#options.connectionString,
      keepAlive: true,
    });
    client.on("error", () => this.#lose(client));
    client.on("end", () => this.#lose(client));
    client.on("notification", ({ channel, payload = "" }) => {
      if (channel === "tembo_stop") this.#input.onStopNotice(payload);
      if (channel === "tembo_steering") this.#input.onSteeringNotice(payload);
      if (channel === "tembo_keep_alive") this.#input.onKeepAliveNotice?.(payload);
      if (channel === "tembo_preparation") this.#input.onPreparationNotice?.(payload);
      if (channel === "tembo_hand_over") this.#input.onHandOverNotice?.(payload);
    });
    await client.connect();
    await client.query("select pg_advisory_lock($1, hashtext($2))", [LOCK_CLASS, this.#input.workerId]);
    await client.query(
      "listen tembo_stop; listen tembo_steering; listen tembo_keep_alive; listen tembo_hand_over; listen tembo_preparation",
    );
    await client.query(
      `insert into workers (id, host, started_at, heartbeat_at) values ($1, $2, now(), now())
       on conflict (id) do update set heartbeat_at = now()`,
      [this.#input.workerId, this.#input.host],
    );
    this.#client = client;
    this.#timer = setInterval(() => void this.#beat(client), BEAT_MS);
  }

  async #beat(client: pg.Client): Promise<void> {
    try {
      await client.query("update workers set heartbeat_at = now() where id = $1", [this.#input.workerId]);
    } catch (cause) {
      this.#options.log.warn({ reason: reason(cause) }, "this worker's heartbeat failed; reconnecting");
      this.#lose(client);
    }
  }

  #lose(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = null;
    if (this.#timer !== null) clearInterval(this.#timer);
    client.end().catch(() => client.removeAllListeners());
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

  async findLost(): Promise<string[]> {
    const client = this.#client;
    if (client === null) return [];
    const { rows } = await client.query<{ id: string }>(
      `select id from workers
       where id <> $1 and (stopped_at is not null
         or greatest(heartbeat_at, pg_postmaster_start_time()) < now() - make_interval(secs => $2))`,
      [this.#input.workerId, STALE_SECONDS],
    );
    const lost: string[] = [];
    for (const { id } of rows) {
      const { rows: locks } = await client.query<{ isFree: boolean }>(
        'select pg_try_advisory_lock($1, hashtext($2)) as "isFree"',
        [LOCK_CLASS, id],
      );
      if (locks[0]?.isFree !== true) continue;
      await client.query("select pg_advisory_unlock($1, hashtext($2))", [LOCK_CLASS, id]);
      lost.push(id);
    }
    return lost;
  }

  async forget(workerId: string): Promise<void> {
    await this.#client?.query("delete from workers where id = $1", [workerId]);
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
