import type { AccessPorts, AccessQueries, AccessStore } from "../access/index.ts";
import type { OpenTransaction } from "../base/index.ts";
import type { DeliveryQueries } from "./delivery/delivery-store.ts";
import type { ForgeAdapter } from "./forge/forge.ts";
import type { ForgeKind } from "./forge/forge-kind.ts";
import type { ForgeName } from "./forge/forge-name.ts";
import type { ForgeSetup } from "./forge/forge-setup.ts";
import type { Git } from "./git/git.ts";
import type {
  IntegrationQueries,
  IntegrationSetupQueries,
  PollingQueries,
} from "./integration/integration-store.ts";
import type { ForgeOwnerQueries } from "./local-forge/forge-owner.ts";
import type { LocalForgeRecords } from "./local-forge/local-forge-records.ts";
import type { PullRequestQueries } from "./pull-request/pull-request-store.ts";
import type { RepositoryQueries, SyncedRepositoryQueries } from "./repository/repository-store.ts";

export interface ForgesQueries extends AccessQueries {
  readonly repositories: RepositoryQueries;
  readonly integrations: IntegrationQueries;
  readonly integrationSetup: IntegrationSetupQueries;
  readonly syncedRepositories: SyncedRepositoryQueries;
  readonly deliveries: DeliveryQueries;
  readonly polling: PollingQueries;
  readonly pullRequests: PullRequestQueries;
  readonly localForge: LocalForgeRecords;
  readonly forgeOwner: ForgeOwnerQueries;
}

export interface ForgesTransaction extends ForgesQueries, OpenTransaction {}

export interface ForgesStore extends ForgesQueries, Omit<AccessStore, "transaction"> {
  transaction<T>(work: (tx: ForgesTransaction) => Promise<T>): Promise<T>;
}

export interface ForgesPorts extends AccessPorts {
  readonly store: ForgesStore;
  readonly git: Git;
  /** Registered kinds of forge. This data is available without a connection to a forge. */
  readonly forgeKinds: readonly ForgeKind[];
  /** Adapters by kind. The built-in forge is always included. */
  readonly forges: Readonly<Record<ForgeName, ForgeAdapter>> & { readonly local: ForgeAdapter };
  /** Setup adapters by kind, for forges with an authorization page. */
  readonly forgeSetups: Readonly<Partial<Record<ForgeName, ForgeSetup>>>;
}
