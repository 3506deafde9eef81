import { spawn } from "node:child_process";
import { join } from "node:path";
import { API_KEY, pushFiles, startTemboProcess, temporaryDataDir } from "@tembo/e2e/support";
import Tembo from "@tembo-io/sdk";
import { type ApiClient, openApiClient } from "../api/client.ts";
import { manyFiles } from "../session/many-files.ts";
import { benchLimits } from "../support/bench-limits.ts";
import { STUB } from "../support/stub-agent.ts";
import { warmUp } from "../support/warm-up.ts";

export interface Side extends AsyncDisposable {
  readonly name: "base" | "head";
  readonly pid: number;
  readonly client: Tembo;
  readonly http: ApiClient;
  /** URL of a repository with 300 files on the built-in forge. */
  readonly repository: string;
  /** ID of a session that has events. */
  readonly sessionId: string;
}

const DRAFTS = 500;

/** Starts the server of a checkout, with its own data folder and database, and creates 500 sessions, which warms it up. */
export async function openSide(
  name: Side["name"],
  { root, prepare }: { readonly root: string; readonly prepare: (dataDir: string) => Promise<void> },
): Promise<Side> {
  await using cleanup = new AsyncDisposableStack();
  const dataDir = await temporaryDataDir();
  cleanup.defer(() => dataDir.remove());
  await prepare(dataDir.path);
  const tembo = await startTemboProcess({
    dataDir: dataDir.path,
    apiKey: API_KEY,
    env: {
      ...benchLimits,
      // Never used. The server rejects sessions and turns if no key is configured.
      ANTHROPIC_API_KEY: "bench",
      OPENAI_API_KEY: "bench",
      TEMBO_KEEP_ALIVE_MINUTES: "0",
      // Each side has its own users, so that it finds only its own sandboxes.
      TEMBO_SANDBOX_UID_BASE: name === "base" ? "3000000" : "3500000",
    },
    launch: (command, env) =>
      spawn(process.execPath, [join(root, "cli/src/main.ts"), ...command], {
        env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      }),
  });
  cleanup.defer(async () => void (await tembo.stop()));
  const client = new Tembo({ apiKey: API_KEY, baseURL: tembo.url, maxRetries: 0 });
  const http = openApiClient(tembo.url, API_KEY, 4);
  cleanup.defer(() => http.close());
  const { url } = await client.repositories.create({ owner: "bench", name: "app" });
  await pushFiles(url, API_KEY, "main", manyFiles(), "First");
  const { id } = await client.session.create({ prompt: "A draft.", agent: STUB, queueRightAway: false });
  const createDraft = () =>
    client.session.create({ prompt: "A draft.", agent: STUB, queueRightAway: false, repositories: [url] });
  await warmUp([createDraft], DRAFTS);
  await warmUp([() => http.get("/v1/sessions"), () => http.get(`/v1/sessions/${id}/events`)]);
  const owned = cleanup.move();
  return {
    name,
    pid: tembo.pid,
    client,
    http,
    repository: url,
    sessionId: id,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
