import type { Clock, Logger } from "../../core/base/index.ts";
import type { ForgeUser, LocalRepository } from "../../core/forges/index.ts";
import type { Queries, Store } from "../../core/ports.ts";
import type { RepositoryChange } from "./events/repository-change.ts";

/** Dependencies of every part of the local forge. */
export interface LocalContext {
  readonly dataDir: string;
  /** Returns the URL without a trailing slash. A function, because the port may be known only later. */
  readonly publicUrl: () => string;
  readonly records: Queries["localForge"];
  readonly apiKeys: Pick<Queries["apiKeys"], "findByTokenHash">;
  readonly actingAs: Store["actingAs"];
  readonly transaction: Store["transaction"];
  readonly clock: Clock;
  readonly log: Logger;
  /** Returns the problem with a webhook URL that is not allowed, or null. */
  readonly problemOfHookUrl: (url: string) => string | null;
  /** Publishes an event. Awaits its delivery to Tembo, but not to webhooks. Never rejects. */
  readonly publish: (
    repository: LocalRepository,
    actor: ForgeUser,
    change: RepositoryChange,
  ) => Promise<void>;
}

/** Person, API key or Tembo itself that performs an operation. */
export interface Actor {
  readonly user: ForgeUser;
  /** Organization whose repositories the actor can access. Null for Tembo itself, which can access all of them. */
  readonly organizationId: string | null;
  /** The authenticated API key. Null for Tembo itself, and for a person in the dashboard. */
  readonly key: { readonly id: string; readonly userId: string } | null;
  /** True if the actor can change the repository's settings, branch protection and webhooks. */
  readonly isAdmin: boolean;
}

/** Context of one call: a repository and an actor. */
export interface Place {
  readonly repository: LocalRepository;
  /** Path of the bare repository. */
  readonly gitDir: string;
  readonly actor: Actor;
}
