import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Tembo from "@tembo-io/sdk";
import { type ScriptedModel, startScriptedModel } from "../../../e2e/src/scripted-model/server.ts";
import { reachingLoopback } from "../../../e2e/src/support/index.ts";
import { startTemboProcess } from "../../../e2e/src/support/programs/tembo-process.ts";
import { onServer, startTemporaryCluster } from "../../../server/src/testing/temporary-cluster.ts";
import type { Storage } from "../../testing/storage.ts";
import { type ContainerOptions, containersOf } from "./containers.ts";

export const apiKey = "tembo-key-of-the-containers";
const dataDir = "/var/lib/tembo";

/**
 * Runs `work` with a server and a worker in containers of their own. They share PostgreSQL, whose URL is in a file, a scripted model, the master key
 * and a folder for blobs.
 */
export async function withContainers(
  storage: Storage,
  options: ContainerOptions & { readonly env?: Readonly<Record<string, string>> },
  work: (installation: { readonly client: Tembo; readonly model: ScriptedModel }) => Promise<void>,
): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const postgres = await startTemporaryCluster();
  cleanup.defer(() => postgres.stop());
  const socketFolder = await openSocket(postgres.url);
  const model = await startScriptedModel();
  cleanup.defer(() => model.close());
  const folder = await mkdtemp("/var/tmp/tembo-containers-");
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o711);
  for (const name of ["server", "worker", "blobs", "keys"]) await mkdir(join(folder, name));
  await writeFile(join(folder, "database-url"), `${postgres.url}\n`);

  const containers = containersOf(storage);
  const start = async (command: "server" | "worker", env: Readonly<Record<string, string>>) => {
    const started = await startTemboProcess({
      command,
      dataDir,
      apiKey,
      env: {
        ...reachingLoopback,
        ANTHROPIC_BASE_URL: model.url,
        ANTHROPIC_API_KEY: "x",
        TEMBO_BLOBS: "file:///blobs",
        TEMBO_MASTER_KEY_FILE: "/keys/master.key",
        TEMBO_HARNESS_SEED_DIR: "/harnesses",
        ...options.env,
        ...env,
      },
      launch: ([name = ""], variables) =>
        containers.start(name, variables, {
          ...options,
          // The server starts no sandboxes, so the defaults of containers suffice.
          ...(command === "server" && { security: [] }),
          folders: {
            [dataDir]: join(folder, command),
            "/blobs": join(folder, "blobs"),
            "/keys": join(folder, "keys"),
          },
          mounts: {
            "/run/secrets/DATABASE_URL": join(folder, "database-url"),
            [socketFolder]: socketFolder,
            "/harnesses": process.env.TEMBO_TEST_HARNESS_DIR!,
          },
        }),
    });
    cleanup.defer(async () => void (await started.stop()));
    return started.url;
  };
  const url = await start("server", {});
  await start("worker", { TEMBO_PUBLIC_URL: url });
  await work({ client: new Tembo({ apiKey, baseURL: url }), model });
}

/**
 * PostgreSQL listens on a socket, and accepts the user that started it. Also lets users of containers connect, whose IDs this machine does not
 * know. Returns the folder of the socket.
 */
async function openSocket(url: string): Promise<string> {
  const folder = new URL(url).searchParams.get("host")!;
  await chmod(folder, 0o711);
  await chmod(join(folder, ".s.PGSQL.5432"), 0o777);
  await writeFile(join(folder, "../pg_hba.conf"), "local all all trust\n");
  await onServer(url, "select pg_reload_conf()");
  return folder;
}
