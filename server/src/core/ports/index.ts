import type { ForgeName } from "../forge/forge-name.ts";
import type { ModelProvider } from "../model/provider.ts";
import type { LogMask } from "../secret/mask/log-mask.ts";
import type { SizedMachine } from "../session/sandbox-size.ts";
import type { KeptMachines } from "../turn/machine/kept-machines.ts";
import type { AttachmentFiles } from "./attachment-files.ts";
import type { Broker } from "./broker.ts";
import type { Clock } from "./clock.ts";
import type { Cron } from "./cron.ts";
import type { Engine } from "./engine.ts";
import type { ForgeAdapter } from "./forge/forge.ts";
import type { ForgeSetup } from "./forge/forge-setup.ts";
import type { Git } from "./git/git.ts";
import type { Harnesses } from "./harness.ts";
import type { Logger } from "./logger.ts";
import type { SandboxProvider } from "./sandbox.ts";
import type { Store } from "./store/store.ts";
import type { Vault } from "./vault.ts";
import type { PublicViews } from "./views.ts";
import type { WorkspaceFiles } from "./workspace-files.ts";

/** Everything replaceable. Most functions of the core take it first. */
export interface Ports {
  readonly store: Store;
  readonly engine: Engine;
  readonly harnesses: Harnesses;
  readonly sandboxes: SandboxProvider;
  /** Sandboxes that stay up between turns. */
  readonly machines: KeptMachines;
  readonly broker: Broker;
  readonly git: Git;
  readonly workspaceFiles: WorkspaceFiles;
  readonly attachmentFiles: AttachmentFiles;
  readonly forges: Readonly<Record<ForgeName, ForgeAdapter>>;
  /** Of the forges that can be set up by a page of theirs; without it none can. */
  readonly forgeSetups: Readonly<Partial<Record<ForgeName, ForgeSetup>>>;
  readonly clock: Clock;
  readonly cron: Cron;
  readonly log: Logger;
  readonly logMask: LogMask;
  readonly vault: Vault;
  readonly views: PublicViews;
  readonly settings: Settings;
}

/** What the operator decided and the core needs to know. */
export interface Settings {
  /** Without a trailing slash. */
  readonly publicUrl: string;
  readonly dataDir: string;
  /** The model providers that the operator has given a credential or an address of their own. */
  readonly operatorProviders: readonly ModelProvider[];
  /** harness:model of sessions that name none. */
  readonly defaultAgent: string;
  readonly turnLimitMs: number;
  /** How long a sandbox stays up after a turn for a person, and at most after any other; 0 keeps none. */
  readonly keepAliveMs: number;
  /** After how many days at rest a session's workspace is removed; 0: never. */
  readonly workspaceDays: number;
  /** After how many days audit events are deleted; 0: never. */
  readonly auditRetentionDays: number;
  /** What a sandbox size is capped to. */
  readonly machine: SizedMachine;
  readonly sandboxProcesses: number;
  /** Of a session's workspace and HOME together. */
  readonly sandboxDiskBytes: number;
  readonly sandboxFiles: number;
  /** How long after a comment of a forge without reviews its author may add more to the same message. */
  readonly commentSettleMs: number;
}
