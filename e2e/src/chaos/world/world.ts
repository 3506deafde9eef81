import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Tembo from "@tembo-io/sdk";
import {
  type ListeningPostgres,
  startListeningPostgres,
} from "../../../../server/src/testing/listening-postgres.ts";
import { startScriptedModel } from "../../scripted-model/server.ts";
import { type ChaosForge, startChaosForge } from "./forge.ts";
import { Machine, type Role, serverPort } from "./machine.ts";
import { center, openNetwork } from "./network.ts";
import { type Relay, startRelay } from "./relay.ts";
import { openStore, type SharedStore, type StoreKind } from "./store.ts";

const apiKey = "tembo_chaos_0123456789abcdef";

export interface WorldOptions {
  readonly servers: number;
  readonly workers: number;
  readonly store: StoreKind;
  /** Source tree from which machines start. */
  readonly root: string;
  /** Folder with installed harnesses. */
  readonly harnesses: string;
}

/** Machines that share only PostgreSQL, a blob store, a forge, a model and a load balancer. */
export interface World {
  /** Client of the load balancer. */
  readonly client: Tembo;
  readonly balancer: Relay;
  readonly postgres: ListeningPostgres;
  readonly store: SharedStore;
  readonly forge: ChaosForge;
  /** Folder with the logs of the machines. */
  readonly logs: string;
  /** All machines that have not been lost. */
  machines(role?: Role): readonly Machine[];
  /** Adds a machine with an empty disk, and starts it. */
  add(role: Role, root: string): Promise<Machine>;
  /** Ends a machine at once, and removes its disk. */
  lose(machine: Machine): Promise<void>;
}

/** Opens the world in this process's own namespaces. `cleanup` closes it. */
export async function openWorld(options: WorldOptions, cleanup: AsyncDisposableStack): Promise<World> {
  await openNetwork();
  const folder = await mkdtemp(join(tmpdir(), "tembo-chaos-"));
  // PostgreSQL and sandboxes run as other users.
  await chmod(folder, 0o711);
  for (const name of ["data", "logs", "postgres"]) await mkdir(join(folder, name));
  // The logs remain. Processes of killed machines may still write for a moment, so the removal is retried.
  cleanup.defer(async () => {
    for (const name of ["disks", "blobs", "data", "postgres"])
      await rm(join(folder, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  });
  const postgres = await startListeningPostgres({
    folder: join(folder, "postgres"),
    address: center,
    settings: { max_connections: "300" },
  });
  cleanup.defer(() => postgres.stop("SIGQUIT"));
  const store = await openStore(options.store, folder);
  cleanup.use(store);
  const forge = await startChaosForge();
  cleanup.use(forge);
  const model = await startScriptedModel();
  cleanup.defer(() => model.close());
  const modelPort = Number(new URL(model.url).port);
  const modelRelay = await startRelay({ host: center, port: 0 }, () => [
    { host: "127.0.0.1", port: modelPort },
  ]);
  cleanup.defer(() => modelRelay.stop());
  const machines: Machine[] = [];
  cleanup.defer(async () => void (await Promise.all(machines.map((machine) => machine.kill()))));
  let turn = 0;
  const balancer = await startRelay({ host: center, port: 0 }, () => {
    const servers = machines.filter(({ role }) => role === "server");
    const first = turn++ % Math.max(servers.length, 1);
    const inOrder = [...servers.slice(first), ...servers.slice(0, first)];
    return inOrder.map(({ address }) => ({ host: address, port: serverPort }));
  });
  cleanup.defer(() => balancer.stop());
  const publicUrl = `http://${center}:${balancer.port}`;
  const env = {
    DATABASE_URL: postgres.remoteUrl,
    TEMBO_BOOTSTRAP_API_KEY: apiKey,
    TEMBO_MASTER_KEY_FILE: join(folder, "master.key"),
    TEMBO_PUBLIC_URL: publicUrl,
    TEMBO_PRIVATE_HOSTS: center,
    TEMBO_HARNESS_SEED_DIR: options.harnesses,
    TEMBO_KEEP_ALIVE_MINUTES: "0.2",
    TEMBO_WORKER_CONCURRENCY: "3",
    TEMBO_RATE_LIMIT_PER_KEY_PER_MINUTE: "0",
    TEMBO_RATE_LIMIT_PER_ORGANIZATION_PER_HOUR: "0",
    ANTHROPIC_BASE_URL: `http://${center}:${modelRelay.port}`,
    ANTHROPIC_API_KEY: "x",
    ...store.env,
  };
  let number = 0;
  const add = async (role: Role, root: string) => {
    const machine = await Machine.create({ number: ++number, role, folder, env });
    await machine.start(root);
    // From now on, the client and the faults can reach the machine.
    machines.push(machine);
    return machine;
  };
  // The first server creates the database's tables and the master key.
  await add("server", options.root);
  for (let more = 1; more < options.servers; more++) await add("server", options.root);
  await Promise.all(Array.from({ length: options.workers }, () => add("worker", options.root)));
  return {
    client: new Tembo({ apiKey, baseURL: publicUrl, timeout: 15_000, maxRetries: 8 }),
    balancer,
    postgres,
    store,
    forge,
    logs: join(folder, "logs"),
    machines: (role) => machines.filter((machine) => role === undefined || machine.role === role),
    add,
    lose: async (machine) => {
      machines.splice(machines.indexOf(machine), 1);
      await machine.kill();
      await machine.removeDisk();
    },
  };
}
