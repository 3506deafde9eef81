/**
 * Runs turns: sandboxes, harness conversations, workspaces, session tools, commits and publication. Other modules and
 * adapters import only this file.
 */
export type {
  Broker,
  BrokerEndpoint,
  CallableTools,
  EgressInput,
  EgressProxy,
  GitBrokerInput,
  GitBrokerPush,
  GitBrokerRepository,
  GitProxy,
  ModelGateway,
  ModelGatewayInput,
  SessionToolsServer,
  WebhookAnswer,
  WebhookRequest,
} from "./broker/broker.ts";
export type {
  BaseFiles,
  Devcontainer,
  DockerfileOptions,
  FeatureRequest,
  ParsedDockerfile,
  ParsedFeature,
  UsedFeature,
} from "./build/base-files.ts";
export { maxFeatures } from "./build/base-files.ts";
export { removeEndedBuilds } from "./build/build-folders.ts";
export { workBuild } from "./build/work-build.ts";
export { refreshMovedProjects, startRefresh } from "./environment/refresh-moved.ts";
export { EnvironmentCopyPool } from "./environment-copy/environment-copy-pool.ts";
export type {
  Conversation,
  HarnessChoices,
  Harnesses,
  HarnessLaunch,
  HarnessStart,
  HarnessUpdate,
  LaunchedHarness,
  PromptBlock,
} from "./harness/harness.ts";
export type { InstallationFacts } from "./installation/installation-facts.ts";
export type {
  ActiveTurns,
  DatabaseState,
  EngineQueue,
  InstallationProcess,
  InstallationState,
  LastTurn,
  ReservedPlaces,
  Saves,
  WorkState,
} from "./installation/installation-store.ts";
export { type InstallationStatus, loadStatus } from "./installation/load-status.ts";
export type {
  FeatureFile,
  ImageCredential,
  ImageLayout,
  ImageRequest,
  Images,
  LocalImage,
  RemoteFeature,
  RemoteImage,
} from "./layer/images.ts";
export type {
  FolderOwner,
  FoundText,
  HeldLayers,
  Layer,
  LayerDigest,
  LayerSource,
  Layers,
  MountedLayer,
  MountedLayers,
  WrittenFolder,
} from "./layer/layers.ts";
export type { ListedMachine, UnsavedSession } from "./machine/machine-store.ts";
export {
  decidePlacement,
  type PlacementState,
  type WaitingTurn,
} from "./placement/decide-placement.ts";
export type { UnreportedTurn } from "./placement/placement-store.ts";
export type { TurnsPorts, TurnsQueries, TurnsSettings, TurnsStore } from "./ports.ts";
export { PreparationPool } from "./preparation/preparation-pool.ts";
export type { Preview, PreviewHolder, PreviewShare } from "./preview/preview.ts";
export {
  choosePreviewDomain,
  describeMissingDomain,
  parseHostLabel,
  parsePreviewHost,
  previewOrigin,
  previewSource,
  urlWithin,
} from "./preview/preview-address.ts";
export {
  type HeldConnection,
  type PreviewAbsence,
  PreviewConnections,
} from "./preview/preview-connections.ts";
export {
  challengeOf,
  checkPreviewGrant,
  openPreview,
  type PreviewAccess,
  previewEntryPath,
  redeemPreviewCode,
  redeemPreviewShare,
} from "./preview/preview-grants.ts";
export { createPreviewShare, deletePreviewShare } from "./preview/preview-shares.ts";
export { getPreview, publishPreview, removePreview } from "./preview/publish-preview.ts";
export { deletedFilesFolder, type Omissions } from "./sandbox/omissions.ts";
export type {
  BuilderSystem,
  ForwardedConnection,
  ForwardedSocket,
  ForwardListener,
  ForwardName,
  ImportPriority,
  Sandbox,
  SandboxCommand,
  SandboxFolder,
  SandboxLimits,
  SandboxProcess,
  SandboxProvider,
  SandboxSpec,
  SandboxSystem,
  SandboxTerminal,
  SystemProfile,
  TerminalSize,
  WorkspaceHandle,
} from "./sandbox/sandbox.ts";
export { usualFolders } from "./sandbox/usual-folders.ts";
export { withEmptySandbox } from "./sandbox/with-empty-sandbox.ts";
export { getServiceLog, listServices, requireService } from "./service/read-services.ts";
export type {
  FollowedServiceLog,
  FoundService,
  ServiceLogEntry,
} from "./service/service-store.ts";
export {
  isRunning,
  type SessionService,
  type SessionServiceState,
} from "./service/session-service.ts";
export { type OpenTerminal, type TerminalScope, Terminals } from "./terminal/terminals.ts";
export { recallWishes } from "./turn/adopt/recall-wishes.ts";
export { claimTurn } from "./turn/claim/claim-turn.ts";
export { WakeSignal } from "./turn/claim/wake-signal.ts";
export { interruptOf, TurnInterrupt } from "./turn/interrupt.ts";
export type { Compression } from "./turn/saved-workspace/compression.ts";
export { saveSessions } from "./turn/saved-workspace/save-sessions.ts";
export type { SavedCaptureBlobs, SavedTier } from "./turn/saved-workspace/saved-workspace.ts";
export type { FirstTurn } from "./turn/saved-workspace/saved-workspace-store.ts";
export { writeTrackedFiles } from "./turn/saved-workspace/write-tracked-files.ts";
export { enclosed, skippedByScript } from "./turn/steps/script-result.ts";
export type { TurnContext } from "./turn/turn-context.ts";
export { WaitingHarnessPool } from "./waiting-harness/waiting-harness-pool.ts";
export { fingerprintOf } from "./warm-sandbox/fingerprint.ts";
export { WarmSandboxPool } from "./warm-sandbox/warm-sandbox-pool.ts";
export { startLimitMs } from "./watch/decide-watch.ts";
export { endStuckTurn } from "./watch/end-stuck-turn.ts";
export type { LongWait } from "./watch/wait-reason.ts";
export { watchTurns } from "./watch/watch-turns.ts";
export type { WatchedTurn } from "./watch/watched-turn.ts";
export { type StepRunner, workTurn } from "./worker/work-turn.ts";
export { claimOldSessions } from "./workspace/claim-old-sessions.ts";
export { purgeSession } from "./workspace/purge-session.ts";
export { removeIdleWorkspaces } from "./workspace/remove-idle-workspaces.ts";
export { removeLeftSessions } from "./workspace/remove-left-sessions.ts";
export type { LeftId } from "./workspace/session-folder-store.ts";
export type { Workspaces } from "./workspace/workspaces.ts";
export type { FolderPosition } from "./workspace-file/choose-page.ts";
export { WorkspaceBrowser } from "./workspace-file/workspace-browser.ts";
