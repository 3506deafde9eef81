import type { Clock, Logger } from "../../core/base/index.ts";
import type { ForgeUser, LocalRepository } from "../../core/forges/index.ts";
import type { Queries, Store } from "../../core/ports.ts";
import type { News } from "./events/news.ts";

/** What every part of the local forge works with. */
export interface LocalContext {
  readonly dataDir: string;
  /** Without a trailing slash; asked each time, since the port may be known only later. */
  readonly publicUrl: () => string;
  readonly records: Queries["localForge"];
  readonly apiKeys: Pick<Queries["apiKeys"], "findByTokenHash">;
  readonly actingAs: Store["actingAs"];
  readonly transaction: Store["transaction"];
  readonly clock: Clock;
  readonly log: Logger;
  /** A sentence for an address that no hook may have, null for any other. */
  readonly problemOfHookUrl: (url: string) => string | null;
  /** Tells whoever listens. Does not wait until they have heard, and never throws. */
  readonly tell: (repository: LocalRepository, actor: ForgeUser, news: News) => Promise<void>;
}

/** Who acts. */
export interface Actor {
  readonly user: ForgeUser;
  /** Whose repositories are in reach; null is the product itself, which reaches them all. */
  readonly organizationId: string | null;
  /** The API key that authenticated them; null for the product, and for a person in the dashboard. */
  readonly key: { readonly id: string; readonly userId: string } | null;
  /** May change what the repository is: its settings, protection and hooks. */
  readonly isAdmin: boolean;
}

/** Where one call works: a repository, as somebody. */
export interface Place {
  readonly repository: LocalRepository;
  /** Of the bare repository. */
  readonly gitDir: string;
  readonly actor: Actor;
}
