import { type Clock, type Logger, systemClock, type Vault } from "./core/base/index.ts";
import type { ForgeAdapter } from "./core/forges/index.ts";
import type { Store } from "./core/ports.ts";
import { callPath } from "./forge/local/elsewhere/call.ts";
import { claimForge, problemOfOwning } from "./forge/local/elsewhere/claim-forge.ts";
import { isFromMachine } from "./forge/local/elsewhere/machine-request.ts";
import { createServeCalls } from "./forge/local/elsewhere/serve-calls.ts";
import { shareForge } from "./forge/local/elsewhere/share-forge.ts";
import { createGitHttp } from "./forge/local/git-http.ts";
import { createLocalForge, type LocalForgeOptions } from "./forge/local/local-forge.ts";
import type { HttpOptions } from "./http/server.ts";
import type { OutboundFetch } from "./outbound/fetch/outbound-fetch.ts";
import { createAuthorizeGit } from "./start-git-access.ts";

export interface BuiltInForge {
  /** The forge for this machine, whose methods run on the machine that has the repositories. */
  readonly forge: ForgeAdapter;
  /** Serves the forge of this machine over HTTP. */
  readonly http: Pick<HttpOptions, "git" | "forgeApi" | "forgeCalls" | "isFromMachine">;
  /** Makes this machine the owner, unless another machine already is. `url` is the URL of its server. */
  claim(url: string): Promise<void>;
  close(): Promise<void>;
}

export interface BuiltInForgeOptions extends Omit<LocalForgeOptions, "store" | "clock" | "log"> {
  readonly store: Store;
  readonly vault: Vault;
  readonly machineId: string;
  readonly fetch: OutboundFetch;
  readonly log: Logger;
  readonly clock?: Clock;
}

/** Creates the built-in forge, as this machine uses and serves it. */
export function createBuiltInForge(options: BuiltInForgeOptions): BuiltInForge {
  const { store, vault, machineId, fetch, dataDir, log, clock = systemClock } = options;
  const local = createLocalForge({ ...options, clock });
  const tokens = { vault, clock };
  return {
    forge: shareForge(local, {
      ...tokens,
      machineId,
      fetch,
      findOwner: () => store.forgeOwner.find(),
      problemOfOwning: () => problemOfOwning({ store, dataDir }),
    }),
    http: {
      git: createGitHttp({
        dataDir,
        authorize: createAuthorizeGit({ store, ...tokens }),
        onPush: local.noticePush,
        log,
      }),
      forgeApi: local.api,
      forgeCalls: { path: callPath, serve: createServeCalls({ local, log, ...tokens }) },
      isFromMachine: (request) => isFromMachine(tokens, request),
    },
    claim: (url) => claimForge({ store, dataDir, log }, { machineId, url }),
    close: () => local.close(),
  };
}
