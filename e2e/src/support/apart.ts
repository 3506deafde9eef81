import { chmod } from "node:fs/promises";
import type { SessionEvent } from "@tembo/contract";
import Tembo from "@tembo-io/sdk";
import { startPostgres } from "../../../server/src/postgres/start-postgres.ts";
import { type ScriptedModel, startScriptedModel } from "../scripted-model/server.ts";
import { API_KEY } from "./api-key.ts";
import { startTemboProcess, type TemboProcess, temporaryDataDir } from "./programs/tembo-process.ts";
import { type Files, pushFiles } from "./repositories.ts";
import { withLog } from "./with-log.ts";

const silent = { info: () => {}, warn: () => {}, error: () => {} };

export interface Apart {
  /** Data folder of the server, and of workers without their own. */
  readonly dataDir: string;
  readonly model: ScriptedModel;
  readonly client: Tembo;
  /** URL of the first server. */
  readonly url: string;
  /** URL of the database, which listens on a Unix socket. */
  readonly databaseUrl: string;
  /** Starts another server. `withApart` stops it at the end. */
  server(env: Readonly<Record<string, string>>): Promise<TemboProcess>;
  /** Starts another worker. `withApart` stops the worker at the end, unless the test has killed it. */
  worker(env?: Readonly<Record<string, string>>): Promise<TemboProcess>;
  repository(path: string, files: Files): Promise<{ readonly id: string; readonly url: string }>;
  /** Follows a session from its first event until an event matches. Returns all events so far. */
  until(sessionId: string, isThere: (event: SessionEvent) => boolean): Promise<SessionEvent[]>;
}

/**
 * Runs `work` with a server that has its own database, and with the workers that `work` starts. A first worker starts
 * at the same time as the server and stops before `work` begins. If `work` fails, the error shows the server's log.
 */
export async function withApart(
  env: Readonly<Record<string, string>>,
  work: (apart: Apart) => Promise<void>,
): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const model = await startScriptedModel();
  cleanup.defer(() => model.close());
  const [database, shared] = [await temporaryDataDir(), await temporaryDataDir()];
  cleanup.defer(() => database.remove());
  cleanup.defer(() => shared.remove());
  // PostgreSQL runs as another user, who needs access to the folder.
  await chmod(database.path, 0o711);
  const postgres = await startPostgres({ dataDir: database.path, log: silent });
  cleanup.defer(() => postgres.stop());
  const start = (command: "server" | "worker", more: Readonly<Record<string, string>> = {}) =>
    startTemboProcess({
      command,
      dataDir: shared.path,
      apiKey: API_KEY,
      env: {
        DATABASE_URL: postgres.url,
        ANTHROPIC_BASE_URL: model.url,
        ANTHROPIC_API_KEY: "x",
        ...(process.env.TEMBO_TEST_HARNESS_DIR !== undefined && {
          TEMBO_HARNESS_SEED_DIR: process.env.TEMBO_TEST_HARNESS_DIR,
        }),
        ...env,
        ...more,
      },
    });
  // Both start at the same time on an empty database. They must create only one organization.
  const [server, first] = await Promise.all([start("server"), start("worker")]);
  cleanup.defer(async () => void (await server.stop()));
  await first.stop();
  const client = new Tembo({ apiKey: API_KEY, baseURL: server.url });
  const apart: Apart = {
    dataDir: shared.path,
    model,
    client,
    url: server.url,
    databaseUrl: postgres.url,
    server: async (more) => {
      const another = await start("server", more);
      cleanup.defer(async () => void (await another.stop()));
      return another;
    },
    worker: async (more) => {
      const worker = await start("worker", { TEMBO_PUBLIC_URL: server.url, ...more });
      cleanup.defer(async () => void (await worker.stop()));
      return worker;
    },
    repository: async (path, files) => {
      const [owner = "", name = ""] = path.split("/");
      const repository = await client.repositories.create({ owner, name });
      await pushFiles(repository.url, API_KEY, "main", files);
      return repository;
    },
    until: async (sessionId, isThere) => {
      const events: SessionEvent[] = [];
      for await (const event of client.session.events(sessionId, { after: 0 })) {
        events.push(event);
        if (isThere(event)) return events;
      }
      throw new Error(`The events of session ${sessionId} ended early.`);
    },
  };
  await withLog(server, () => work(apart));
}
