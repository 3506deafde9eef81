import type { AccountsPorts, AccountsQueries, AccountsSettings, AccountsStore } from "../accounts/index.ts";
import type { OpenTransaction } from "../base/index.ts";
import type { HarnessCatalog } from "./harness/harness-info.ts";
import type { McpConnectionQueries } from "./mcp-connection/mcp-connection-store.ts";
import type { McpGreeter } from "./mcp-connection/mcp-greeter.ts";
import type { ModelAsker } from "./model/model-asker.ts";
import type { ModelQueries } from "./model/model-store.ts";
import type { ModelProviders } from "./model/provider.ts";
import type { SecretQueries } from "./secret/secret-store.ts";
import type { SkillQueries } from "./skill/skill-store.ts";

export interface AccessQueries extends AccountsQueries {
  readonly models: ModelQueries;
  readonly secrets: SecretQueries;
  readonly skills: SkillQueries;
  readonly mcpConnections: McpConnectionQueries;
}

export interface AccessTransaction extends AccessQueries, OpenTransaction {}

export interface AccessStore extends AccessQueries, Omit<AccountsStore, "transaction"> {
  transaction<T>(work: (tx: AccessTransaction) => Promise<T>): Promise<T>;
}

export interface AccessSettings extends AccountsSettings {
  /** Names of the model providers that the operator's configuration lets sessions use (see `isConfigured`). */
  readonly operatorProviders: readonly string[];
}

export interface AccessPorts extends AccountsPorts {
  readonly store: AccessStore;
  readonly harnesses: HarnessCatalog;
  /** Descriptors of every registered model provider. */
  readonly modelProviders: ModelProviders;
  readonly broker: McpGreeter & ModelAsker;
  readonly settings: AccessSettings;
}
