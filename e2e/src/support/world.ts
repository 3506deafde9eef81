import assert from "node:assert/strict";
import type { SessionEvent, SessionEventList } from "@tembo/contract";
import Tembo from "@tembo-io/sdk";
import { createCheckedFetch } from "../contract/checked-fetch.ts";
import { type ContractChecker, createContractChecker } from "../contract/checker.ts";
import { startScriptedModel } from "../scripted-model/server.ts";
import { API_KEY } from "./api-key.ts";
import { leftoversOf } from "./leftovers.ts";
import { copyStartedFolder } from "./programs/started-folder.ts";
import {
  startTemboProcess,
  type TemboProcess,
  type TemboProcessOptions,
  temporaryDataDir,
} from "./programs/tembo-process.ts";
import { type Files, pushFiles } from "./repositories.ts";

export const PROVIDER_KEY = "provider-key-that-no-sandbox-may-see";

/** Settings for a world whose forges and webhook receivers are on loopback. */
export const reachingLoopback = { TEMBO_PRIVATE_HOSTS: "127.0.0.1" } as const;

export interface WorldOptions {
  /** True if the data folder is empty before `prepare`. By default, it is the folder of a server that has started once. */
  readonly isFresh?: boolean;
  /** Prepares the data folder before the first start. `uidBase` is the first user ID of the world's sandboxes. */
  readonly prepare?: (dataDir: string, uidBase: number) => Promise<void>;
  readonly env?: Readonly<Record<string, string>>;
  /** Returns further environment variables, which contain the URL of the scripted model. */
  readonly modelEnv?: (modelUrl: string) => Readonly<Record<string, string>>;
  /** Starts the command in another way than from this repository. */
  readonly launch?: TemboProcessOptions["launch"];
}

/** Starts a separate Tembo with a scripted model, and a client that validates every response against the contract. */
export async function startWorld(options: WorldOptions = {}) {
  const model = await startScriptedModel();
  const dataDir = await temporaryDataDir();
  // Unique among the worlds that run at the same time, so that the checks below ignore other worlds.
  const uidBase = 1_000_000 + (process.pid % 30_000) * 50_000;
  if (options.isFresh !== true) await copyStartedFolder(dataDir.path);
  await options.prepare?.(dataDir.path, uidBase);
  const checker = createContractChecker();
  const checked = createCheckedFetch({ checker });
  const env = {
    ...worldEnv({ uidBase, modelUrl: model.url }),
    ...options.env,
    ...options.modelEnv?.(model.url),
  };
  const launch = options.launch === undefined ? {} : { launch: options.launch };
  const start = (port = 0) =>
    startTemboProcess({ dataDir: dataDir.path, apiKey: API_KEY, port, env, ...launch });
  let tembo: TemboProcess = await start();
  const { url } = tembo;
  const client = new Tembo({ apiKey: API_KEY, baseURL: url, fetch: checked.fetch, maxRetries: 0 });

  return {
    model,
    client,
    checked,
    url,
    dataDir: dataDir.path,
    /** Environment variables of the server. */
    env,
    /** First user ID of this world's sandboxes, so that other worlds on the machine are ignored. */
    uidBase,
    get tembo(): TemboProcess {
      return tembo;
    },
    /** Restarts the server on the same port, after `kill` or `stop`. */
    restart: async () => {
      tembo = await start(tembo.port);
    },
    /** Creates a repository on the local forge with one commit. */
    repository: async (path: string, files: Files) => {
      const [owner = "", name = ""] = path.split("/");
      const repository = await client.repositories.create({ owner, name });
      await pushFiles(repository.url, API_KEY, "main", files, "First");
      return repository;
    },
    /** Follows a session to the end of its `turns`-th turn. Returns all events so far. */
    ended: (sessionId: string, turns = 1) =>
      eventsUntil(client, checker, sessionId, (events) => endings(events).length >= turns),
    /** Follows a session until an event matches. Returns all events so far. */
    until: (sessionId: string, isThere: (event: SessionEvent) => boolean) =>
      eventsUntil(client, checker, sessionId, (events) => isThere(events.at(-1)!)),
    /** Returns all events of a session so far. */
    events: (sessionId: string) => eventsSoFar(url, checked.fetch, sessionId),
    /** Stops the server and asserts that its sandboxes left nothing behind on the machine. */
    close: async () => {
      const leftovers: string[] = [];
      try {
        // Restarts the server, which then cleans up what the killed server left behind.
        if (tembo.wasKilled()) tembo = await start(tembo.port);
        await tembo.stop();
        leftovers.push(...(await leftoversOf({ dataDir: dataDir.path, uidBase })));
      } finally {
        await dataDir.remove();
        await model.close();
      }
      assert.deepEqual(leftovers, [], "no process or file of the sandboxes remains");
    },
  };
}

/** Returns the environment variables of a world's server, before those of its options. */
export function worldEnv({ uidBase, modelUrl }: { readonly uidBase: number; readonly modelUrl: string }) {
  return {
    TEMBO_SANDBOX_UID_BASE: String(uidBase),
    // Stops a sandbox immediately after its turn, unless a story tests warm sandboxes. Most stories check what is left
    // after a turn.
    TEMBO_KEEP_ALIVE_MINUTES: "0",
    TEMBO_COMPILE_CACHE: "off",
    TEMBO_WAITING_HARNESSES: "0",
    ANTHROPIC_BASE_URL: modelUrl,
    ANTHROPIC_API_KEY: PROVIDER_KEY,
    OPENAI_BASE_URL: modelUrl,
    OPENAI_API_KEY: PROVIDER_KEY,
    GEMINI_BASE_URL: modelUrl,
    GEMINI_API_KEY: PROVIDER_KEY,
    ...(process.env.TEMBO_TEST_HARNESS_DIR !== undefined && {
      TEMBO_HARNESS_SEED_DIR: process.env.TEMBO_TEST_HARNESS_DIR,
    }),
  };
}

export type World = Awaited<ReturnType<typeof startWorld>>;

/** Returns the events that end a turn. */
export function endings(events: readonly SessionEvent[]): SessionEvent[] {
  return events.filter(({ eventType }) => /^turn\.(completed|failed|cancelled)$/.test(eventType));
}

async function eventsSoFar(url: string, fetch: typeof globalThis.fetch, sessionId: string) {
  const events: SessionEvent[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query = new URLSearchParams({ limit: "100", ...(cursor !== "" && { cursor }) });
    const response = await fetch(`${url}/v1/sessions/${sessionId}/events?${query}`, {
      headers: { authorization: `Bearer ${API_KEY}` },
    });
    const page = (await response.json()) as SessionEventList;
    events.push(...page.items);
    cursor = page.nextCursor;
  }
  return events;
}

/** Time limit for following a session, which exceeds every turn of a story. */
const WATCH_LIMIT_MS = 240_000;

async function eventsUntil(
  client: Tembo,
  checker: ContractChecker,
  sessionId: string,
  isEnough: (events: readonly SessionEvent[]) => boolean,
): Promise<SessionEvent[]> {
  const events: SessionEvent[] = [];
  const signal = AbortSignal.timeout(WATCH_LIMIT_MS);
  try {
    for await (const event of client.session.events(sessionId, { after: 0, signal })) {
      checker.checkComponent("SessionEvent", event);
      events.push(event);
      if (isEnough(events)) return events;
    }
  } catch (cause) {
    if (!signal.aborted) throw cause;
  }
  const last = events.slice(-5).map(({ eventType, createdAt }) => `${createdAt} ${eventType}`);
  throw new Error(
    `Timed out waiting for an event of session ${sessionId}. Its last events:\n${last.join("\n")}`,
  );
}
