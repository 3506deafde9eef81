import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import Tembo from "@tembo-io/sdk";
import { startPostgres } from "../../../server/src/postgres/start-postgres.ts";
import { leftoversOf } from "../support/leftovers.ts";
import { startTemboProcess, temporaryDataDir } from "../support/programs/tembo-process.ts";
import { pushFiles } from "../support/repositories.ts";
import { reachingLoopback } from "../support/world.ts";
import type { StoryForge } from "./story-forge.ts";

const OPERATOR_KEY = "tembo_forge_0123456789abcdef";
export const WEBHOOK_SECRET = "signs-what-the-forge-tells-0123456789";
/** Base user ID outside the range of every other Tembo on the machine. This Tembo runs no sandboxes. */
const UNUSED_UID_BASE = 1_900_000_000;
const silent = { info: () => {}, warn: () => {}, error: () => {} };

/** Calls the forge's REST API as a user. The path is relative to the repository. Throws if the response is not successful. */
export type Ask = <T = unknown>(method: string, path: string, body?: unknown) => Promise<T>;

interface Pull {
  readonly number: number;
  readonly html_url: string;
  readonly title: string;
  readonly body: string | null;
  readonly state: "open" | "closed";
  readonly merged_at: string | null;
  readonly head: { readonly ref: string; readonly sha: string };
}

/**
 * Starts a fake GitHub Enterprise Server. The fake is another Tembo, whose forge serves GitHub's REST API and sends
 * GitHub's webhooks. It runs without a worker, because it runs no turns. The product uses the API key "tembo-bot"; the
 * key "ada" belongs to a person.
 */
export async function startGithub() {
  const cleanup = new AsyncDisposableStack();
  try {
    const [database, data] = [await temporaryDataDir(), await temporaryDataDir()];
    cleanup.defer(() => database.remove());
    cleanup.defer(() => data.remove());
    // PostgreSQL runs as another user, who needs access to the folder.
    await chmod(database.path, 0o711);
    const postgres = await startPostgres({ dataDir: database.path, log: silent });
    cleanup.defer(() => postgres.stop());
    const server = await startTemboProcess({
      command: "server",
      dataDir: data.path,
      apiKey: OPERATOR_KEY,
      env: { ...reachingLoopback, DATABASE_URL: postgres.url },
    });
    cleanup.defer(async () => {
      await server.stop();
      const premises = { dataDir: data.path, uidBase: UNUSED_UID_BASE };
      assert.deepEqual(await leftoversOf(premises), [], "no process or file of the forge remains");
    });
    const operator = new Tembo({ apiKey: OPERATOR_KEY, baseURL: server.url, maxRetries: 0 });
    const { token } = await operator.apiKeys.create({ name: "tembo-bot" });
    const ada = await operator.apiKeys.create({ name: "ada" });
    const { url: cloneUrl } = await operator.repositories.create({ owner: "acme", name: "api" });
    await pushFiles(cloneUrl, ada.token, "main", { "README.md": "# Api\n" }, "First");
    const apiUrl = `${server.url}/api/github/v3`;
    const as = (key: string) => askAs(`${apiUrl}/repos/acme/api`, key);
    const ask = as(token);
    return {
      type: "github",
      connection: {
        type: "github",
        baseUrl: server.url,
        apiUrl,
        accessToken: token,
        webhookSecret: WEBHOOK_SECRET,
      },
      repository: "acme/api",
      repositoryUrl: `${server.url}/acme/api`,
      cloneUrl,
      token,
      ada: { ask: as(ada.token), token: ada.token },
      pullRequests: async () => {
        const pulls = await ask<Pull[]>("GET", "/pulls?state=all&per_page=100");
        return pulls.map(({ number, title, body, state, merged_at, head, html_url }) => ({
          number,
          url: html_url,
          title,
          body: body ?? "",
          state: merged_at === null ? state : ("merged" as const),
          head: head.ref,
          headSha: head.sha,
        }));
      },
      webhooks: async (url) => {
        const hooks = await ask<{ config: { url: string } }[]>("GET", "/hooks");
        return hooks.filter(({ config }) => config.url === url).length;
      },
      close: () => cleanup.disposeAsync(),
    } satisfies StoryForge & { readonly ada: unknown };
  } catch (cause) {
    await cleanup.disposeAsync();
    throw cause;
  }
}

function askAs(repositoryApi: string, token: string): Ask {
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${repositoryApi}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === "" ? null : JSON.parse(text)) as T;
  };
}
