import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError, type Clock, type Logger, reason } from "../../core/base/index.ts";
import type { Forge, ForgeAdapter, ForgeConnection } from "../../core/forges/index.ts";
import type { Store } from "../../core/ports.ts";
import type { Actor, LocalContext } from "./context.ts";
import { HookDeliveries, type SendHook } from "./events/hook-deliveries.ts";
import { createPublish, type LocalDelivery } from "./events/publish.ts";
import { identifyWebhook, readWebhook } from "./events/read-webhook.ts";
import { isSignedWith } from "./events/signature.ts";
import type { RefChange } from "./git-http.ts";
import { noticePush } from "./operations/notice-push.ts";
import { accountUser, actorOfPerson, actorOfToken } from "./people.ts";
import { access } from "./port/access.ts";
import { checks } from "./port/checks.ts";
import { conversations } from "./port/conversations.ts";
import type { Connection } from "./port/guard.ts";
import { pullRequests } from "./port/pull-requests.ts";
import { repositories } from "./port/repositories.ts";
import { reviewing } from "./port/reviewing.ts";
import { createForgeApi } from "./rest/forge-api.ts";

export interface LocalForgeOptions {
  readonly dataDir: string;
  /** Returns the URL without a trailing slash. This is a function, because the port may not be known yet. */
  readonly publicUrl: () => string;
  readonly store: Pick<Store, "localForge" | "apiKeys" | "actingAs" | "transaction">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly sendHook: SendHook;
  /** Returns the problem with a URL that `sendHook` would reject without connecting, or null. */
  readonly problemOfHookUrl: (url: string) => string | null;
  /**
   * Receives the forge's events in webhook format, except events about a webhook itself. For an API request, the forge waits for this function
   * before it responds. For a push over HTTP, it calls this function after the response.
   */
  readonly onEvent?: (delivery: LocalDelivery) => Promise<void>;
}

export interface LocalForge extends ForgeAdapter {
  /** Serves `/api/github/v3/*` for a plain Node.js request and response. Never rejects. */
  readonly api: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Processes a push over HTTP that moved a ref. `token` is the key of the client that pushed. */
  noticePush(push: RefChange, token: string | null): Promise<void>;
  /** Aborts running webhook deliveries and discards queued ones. */
  close(): Promise<void>;
}

/**
 * Creates the built-in forge, the reference implementation of the Forge port. It stores bare repositories in the data folder and everything
 * else in the store. A connection with an empty token acts as Tembo itself, which can access every organization. Any other token is an API
 * key.
 */
export function createLocalForge(options: LocalForgeOptions): LocalForge {
  const { dataDir, publicUrl, store, clock, log, onEvent, problemOfHookUrl } = options;
  const deliveries = new HookDeliveries(log, options.sendHook);
  const { localForge: records, apiKeys, actingAs } = store;
  const transaction: LocalContext["transaction"] = (work) => store.transaction(work);
  const parts = { dataDir, publicUrl, clock, log, records, apiKeys, actingAs, transaction, problemOfHookUrl };
  const context: LocalContext = { ...parts, publish: createPublish(parts, deliveries, onEvent) };
  return {
    name: "local",
    connect: (connection) => connect(context, connection),
    identifyWebhook,
    verifyWebhook: ({ headers, body }, secret) => isSignedWith(body, secret, headers["x-hub-signature-256"]),
    readWebhook,
    api: createForgeApi(context),

    async noticePush({ owner, name, ref, before, after }, token) {
      const repository = await context.records.repositories.findByPath(owner, name);
      if (repository === null) return;
      try {
        const actor = await actorOfToken(context, token);
        await noticePush(context, repository, actor?.user ?? accountUser(context), { ref, before, after });
      } catch (cause) {
        // The push has succeeded. Pull requests are updated when they are next read.
        log.error({ error: reason(cause), owner, name, ref }, "a push could not be processed");
      }
    },

    close: () => deliveries.close(),
  };
}

function connect(context: LocalContext, given: ForgeConnection): Forge {
  const connection: Connection = { context, actor: () => actorOf(context, given) };
  return {
    name: "local",
    signer: null,
    ...access(connection),
    ...repositories(connection),
    ...pullRequests(connection),
    ...conversations(connection),
    ...checks(connection),
    reviewing: reviewing(connection),
  };
}

async function actorOf(context: LocalContext, { credential, person }: ForgeConnection): Promise<Actor> {
  if (person !== undefined) {
    const actor = await actorOfPerson(context, person);
    if (actor !== null) return actor;
    throw new AppError("forbidden", "You are no longer a member of this organization.");
  }
  if (credential.type === "token") {
    if (credential.token === "")
      return { user: accountUser(context), organizationId: null, key: null, isAdmin: true };
    const actor = await actorOfToken(context, credential.token);
    if (actor !== null) return actor;
  }
  throw new AppError(
    "forge_unauthorized",
    "The built-in forge rejected this API key. Use another key, or create one on the dashboard's API keys page.",
  );
}
