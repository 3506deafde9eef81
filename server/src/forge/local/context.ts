import type { Clock, Logger } from "../../core/base/index.ts";
import type { ForgeUser, LocalRepository } from "../../core/forges/index.ts";
import type { Queries, Store } from "../../core/ports.ts";
import type { RepositoryChange } from "./events/repository-change.ts";

/** Dependencies that all parts of the built-in forge share. */
export interface LocalContext {
  readonly dataDir: string;
  /** Returns the URL without a trailing slash. This is a function, because the port may not be known yet. */
  readonly publicUrl: () => string;
  readonly records: Queries["localForge"];
  readonly apiKeys: Pick<Queries["apiKeys"], "findByTokenHash">;
  readonly actingAs: Store["actingAs"];
  readonly transaction: Store["transaction"];
  readonly clock: Clock;
  readonly log: Logger;
  /** Returns the problem with a webhook URL, or null if the URL is allowed. */
  readonly problemOfHookUrl: (url: string) => string | null;
  /** Publishes an event. Waits until the event is delivered to Tembo, but not until it is delivered to webhooks. Never rejects. */
  readonly publish: (
    repository: LocalRepository,
    actor: ForgeUser,
    change: RepositoryChange,
  ) => Promise<void>;
}

/** Author of an operation: a user, an API key or Tembo itself. */
export interface Actor {
  readonly user: ForgeUser;
  /** Organization whose repositories the actor can access, or null for Tembo itself, which can access all repositories. */
  readonly organizationId: string | null;
  /** Authenticated API key, or null for Tembo itself and for a user in the dashboard. */
  readonly key: { readonly id: string; readonly userId: string } | null;
  /** True if the actor can change the repository's settings, branch protection and webhooks. */
  readonly isAdmin: boolean;
}

/** Context of an operation: a repository and an actor. */
export interface Place {
  readonly repository: LocalRepository;
  /** Path of the bare repository. */
  readonly gitDir: string;
  readonly actor: Actor;
}
