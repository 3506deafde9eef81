import type { ModelProvider } from "../access/model/provider.ts";
import type { Clock } from "../base/clock.ts";
import type { Cron } from "../base/cron.ts";
import type { Engine } from "../base/engine/engine.ts";
import type { Logger } from "../base/logger.ts";
import type { LogMask } from "../base/mask/log-mask.ts";
import type { Vault } from "../base/vault.ts";
import type { ForgeAdapter } from "../forges/forge/forge.ts";
import type { ForgeName } from "../forges/forge/forge-name.ts";
import type { ForgeSetup } from "../forges/forge/forge-setup.ts";
import type { Git } from "../forges/git/git.ts";
import type { AttachmentFiles } from "../sessions/attachment/attachment-files.ts";
import type { SizedMachine } from "../sessions/session/sandbox-size.ts";
import type { Broker } from "../turns/broker/broker.ts";
import type { Harnesses } from "../turns/harness/harness.ts";
import type { SandboxProvider } from "../turns/sandbox/sandbox.ts";
import type { KeptMachines } from "../turns/turn/machine/kept-machines.ts";
import type { WorkspaceFiles } from "../turns/workspace/workspace-files.ts";
import type { Store } from "./store.ts";
import type { PublicViews } from "./views.ts";

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
