import type pg from "pg";
import { type Logger, limitRepeats } from "../core/base/index.ts";
import type { ProcessFacts } from "./process-facts.ts";
import { query } from "./queries/query.ts";

const beatMs = 5_000;
/** Age of the last heartbeat after which a server receives no forwarded requests. */
const staleSeconds = 15;
/** Age of the last heartbeat after which a server's row is deleted. */
const forgottenSeconds = 3_600;
const isLive = "heartbeat_at > now() - make_interval(secs => $2)";

/** Server that can pass a connection on to a process. */
export interface Route {
  readonly serverId: string;
  readonly address: string | null;
}

export interface ThisServer {
  readonly id: string;
  readonly machineId: string;
  /** URL at which other servers reach this one, or null if they cannot. */
  readonly address: string | null;
  readonly host: string;
  readonly facts: ProcessFacts;
}

/** Records which processes serve the API, and which of them have the links of workers. */
export interface ServerRegistry {
  /**
   * Records this server, with a heartbeat until the returned function is called. Each heartbeat also records the links that
   * this server has and no running server has recorded, because the late end of an older link may have removed one.
   */
  join(server: ThisServer, linkedWorkers: () => readonly string[]): Promise<() => Promise<void>>;
  /** Records that this server has the link of a worker. Returns false if no such worker runs. */
  link(workerId: string, serverId: string): Promise<boolean>;
  unlink(workerId: string, serverId: string): Promise<void>;
  /** Returns the server that is the process, or that has its link, or null if there is none. */
  findRoute(processId: string): Promise<Route | null>;
  /** Returns the ID of a server on the machine, or null if none runs there. Prefers a server with an address. */
  findOnMachine(machineId: string): Promise<string | null>;
}

export function createServerRegistry({
  pool,
  log: given,
}: {
  readonly pool: pg.Pool;
  readonly log: Logger;
}): ServerRegistry {
  const log = limitRepeats(given);
  return {
    async join(server, linkedWorkers) {
      const beatOnce = async () => {
        await beat(pool, server);
        await restoreLinks(pool, server.id, linkedWorkers());
      };
      await beatOnce();
      const timer = setInterval(() => {
        beatOnce().catch((cause: unknown) => {
          log.warn({ err: cause }, "this server's heartbeat failed; it retries");
        });
      }, beatMs);
      return async () => {
        clearInterval(timer);
        await pool.query("delete from servers where id = $1", [server.id]);
      };
    },

    async link(workerId, serverId) {
      const { rowCount } = await pool.query(
        `insert into worker_links (worker_id, server_id)
         select id, $2 from workers where id = $1 and stopped_at is null
         on conflict (worker_id) do update set server_id = excluded.server_id`,
        [workerId, serverId],
      );
      return rowCount === 1;
    },

    async unlink(workerId, serverId) {
      await pool.query("delete from worker_links where worker_id = $1 and server_id = $2", [
        workerId,
        serverId,
      ]);
    },

    async findRoute(processId) {
      const { rows } = await pool.query<Route>(
        `select id as "serverId", address from servers
         where id in ($1, (select server_id from worker_links where worker_id = $1)) and ${isLive}
         order by id = $1 desc limit 1`,
        [processId, staleSeconds],
      );
      return rows[0] ?? null;
    },

    async findOnMachine(machineId) {
      const { rows } = await pool.query<{ id: string }>(
        `select id from servers where machine_id = $1 and ${isLive} order by address is null, id limit 1`,
        [machineId, staleSeconds],
      );
      return rows[0]?.id ?? null;
    },
  };
}

async function beat(pool: pg.Pool, { id, machineId, address, host, facts }: ThisServer): Promise<void> {
  const upsert = query`
    insert into servers (id, machine_id, address, host, newest_migration, release, free_disk_bytes, heartbeat_at)
    values (${id}, ${machineId}, ${address}, ${host}, ${facts.newestMigration}, ${facts.release},
      ${facts.freeDiskBytes()}, now())
    on conflict (id) do update set heartbeat_at = now(), free_disk_bytes = excluded.free_disk_bytes`;
  await pool.query(upsert.text, [...upsert.values]);
  await pool.query("delete from servers where heartbeat_at < now() - make_interval(secs => $1)", [
    forgottenSeconds,
  ]);
}

async function restoreLinks(pool: pg.Pool, serverId: string, workerIds: readonly string[]): Promise<void> {
  if (workerIds.length === 0) return;
  await pool.query(
    `insert into worker_links (worker_id, server_id)
     select id, $1 from workers where id = any($3::uuid[]) and stopped_at is null order by id
     on conflict (worker_id) do update set server_id = excluded.server_id
       where not exists (select 1 from servers where id = worker_links.server_id and ${isLive})`,
    [serverId, staleSeconds, workerIds],
  );
}
