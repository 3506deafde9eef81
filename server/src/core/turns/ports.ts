import type { OpenTransaction } from "../base/index.ts";
import type {
  Environment,
  SessionsPorts,
  SessionsQueries,
  SessionsSettings,
  SessionsStore,
  SizedMachine,
} from "../sessions/index.ts";
import type { Broker } from "./broker/broker.ts";
import type { BaseFiles } from "./build/base-files.ts";
import type { SavedLayerQueries } from "./environment/saved-layer-store.ts";
import type { EnvironmentCopies } from "./environment-copy/environment-copies.ts";
import type { EnvironmentCopyQueries } from "./environment-copy/environment-copy-store.ts";
import type { Harnesses } from "./harness/harness.ts";
import type { InstallationFacts } from "./installation/installation-facts.ts";
import type { InstallationQueries } from "./installation/installation-store.ts";
import type { Images } from "./layer/images.ts";
import type { Layers } from "./layer/layers.ts";
import type { MachineQueries } from "./machine/machine-store.ts";
import type { TurnPlacementQueries } from "./placement/placement-store.ts";
import type { Preparations } from "./preparation/preparations.ts";
import type { PreviewGrantQueries, PreviewQueries, PreviewShareQueries } from "./preview/preview-store.ts";
import type { SandboxProvider } from "./sandbox/sandbox.ts";
import type { FollowedServiceLog, ServiceQueries } from "./service/service-store.ts";
import type { Compression } from "./turn/saved-workspace/compression.ts";
import type { SavedWorkspaceQueries } from "./turn/saved-workspace/saved-workspace-store.ts";
import type { WaitingHarnesses } from "./waiting-harness/waiting-harnesses.ts";
import type { WarmSandboxes } from "./warm-sandbox/warm-sandboxes.ts";
import type { TurnWatchQueries } from "./watch/turn-watch-store.ts";
import type { SessionFolderQueries } from "./workspace/session-folder-store.ts";
import type { Workspaces } from "./workspace/workspaces.ts";

export interface TurnsQueries extends SessionsQueries {
  readonly previews: PreviewQueries;
  readonly previewShares: PreviewShareQueries;
  readonly previewGrants: PreviewGrantQueries;
  readonly environmentCopies: EnvironmentCopyQueries;
  readonly services: ServiceQueries;
  readonly sessionFolders: SessionFolderQueries;
  readonly turnPlacements: TurnPlacementQueries;
  readonly turnWatch: TurnWatchQueries;
  readonly machines: MachineQueries;
  readonly installation: InstallationQueries;
  readonly savedWorkspaces: SavedWorkspaceQueries;
  readonly savedLayers: SavedLayerQueries;
}

export interface TurnsTransaction extends TurnsQueries, OpenTransaction {}

export interface TurnsStore extends TurnsQueries, Omit<SessionsStore, "transaction"> {
  transaction<T>(work: (tx: TurnsTransaction) => Promise<T>): Promise<T>;
  /**
   * Yields the log of a service after `afterSeq`, and then new entries until the service has ended or another sandbox has
   * replaced it. Waits first for a service that has never started, until a turn has sent its prompt or ended. Ends when the
   * signal aborts.
   */
  followServiceLog(
    service: { readonly sessionId: string; readonly name: string },
    afterSeq: number,
    signal: AbortSignal,
  ): AsyncIterable<FollowedServiceLog>;
}

export interface TurnsSettings extends SessionsSettings {
  readonly turnLimitMs: number;
  /**
   * Time for which a sandbox remains running after a turn. After a turn for a message from a forge, it is at most a
   * minute. If it is 0, a sandbox remains running only on request.
   */
  readonly keepAliveMs: number;
  /** Number of idle days after which a session's workspace is removed. 0 disables removal. */
  readonly workspaceDays: number;
  /** The machine's resources, which limit the sandbox size. */
  readonly machine: SizedMachine;
  readonly sandboxProcesses: number;
  /** Maximum total size of a session's workspace and HOME. */
  readonly sandboxDiskBytes: number;
  readonly sandboxFiles: number;
  /** Domain whose subdomains are the host names of previews, or null if the server has none. */
  readonly previewDomain: string | null;
  /** Longest lifetime of a share link for a preview. 0 means that there are none. */
  readonly maxPreviewShareMs: number;
  /** ID of this machine, which its data folder keeps. */
  readonly machineId: string;
  /** True if the machines share a blob store, so that the files of sessions are saved there. */
  readonly savesWorkspaces: boolean;
  /** True while this process's worker leaves, so that sessions continue on other machines. */
  readonly isDraining: boolean;
  /** Processor of this machine. */
  readonly platform: Environment["platform"];
}

export interface TurnsPorts extends SessionsPorts {
  readonly store: TurnsStore;
  readonly harnesses: Harnesses;
  readonly sandboxes: SandboxProvider;
  readonly workspaces: Workspaces;
  readonly warmSandboxes: WarmSandboxes;
  readonly preparations: Preparations;
  readonly environmentCopies: EnvironmentCopies;
  readonly waitingHarnesses: WaitingHarnesses;
  /** Opens the layers of this machine on first use. Throws `unavailable`, with what to change, if it cannot store any. */
  readonly layers: () => Promise<Layers>;
  readonly images: Images;
  readonly baseFiles: BaseFiles;
  readonly broker: Broker;
  readonly compression: Compression;
  readonly settings: TurnsSettings;
  readonly installationFacts: InstallationFacts;
}
