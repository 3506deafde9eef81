import type { AccessSettings } from "../access/index.ts";
import type { Viewer } from "../accounts/index.ts";
import type { OpenTransaction } from "../base/index.ts";
import type { ForgesPorts, ForgesQueries, ForgesStore } from "../forges/index.ts";
import type { AgentRunQueries } from "./agent-run/agent-run-store.ts";
import type { ArtifactQueries, DiffQueries } from "./artifact/artifact-store.ts";
import type { AskQueries } from "./ask/ask-store.ts";
import type { AssignedThreadQueries } from "./assigned-thread/assigned-thread-store.ts";
import type { AttachmentQueries } from "./attachment/attachment-store.ts";
import type { AttemptQueries } from "./attempt/attempt-store.ts";
import type { NewSessionQueries } from "./create/new-session-store.ts";
import type { PreparationQueries } from "./create/preparation-store.ts";
import type { SessionEvent } from "./event/event.ts";
import type { EventQueries, ProtocolLogQueries } from "./event/event-store.ts";
import type { InsightQueries } from "./insight/insight-store.ts";
import type { LiveTicketQueries } from "./live/live-ticket-store.ts";
import type { MessageQueries } from "./message/message-store.ts";
import type { PlanQueries } from "./plan/plan-store.ts";
import type { BuildQueries, FollowedLog } from "./project/build/build-store.ts";
import type { ProjectQueries } from "./project/project-store.ts";
import type { ProjectScheduleQueries } from "./project/schedule/schedule-store.ts";
import type { SnapshotQueries } from "./project/snapshot/snapshot-store.ts";
import type { ProjectVariableQueries } from "./project/variable/variable-store.ts";
import type { SessionFileQueries } from "./session/session-file-store.ts";
import type {
  ConversationQueries,
  SessionChainQueries,
  SessionChangeQueries,
  SessionQueries,
  WarmSandboxRecordQueries,
} from "./session/session-store.ts";
import type { SessionCardQueries } from "./session-list/session-card-store.ts";
import type { SessionDetailQueries } from "./session-list/session-details.ts";
import type { SessionListQueries } from "./session-list/session-list-store.ts";
import type { TurnQueries } from "./turn/turn-store.ts";
import type { WorkspaceFiles } from "./workspace/workspace-files.ts";

export interface SessionsQueries extends ForgesQueries {
  readonly sessions: SessionQueries;
  readonly newSessions: NewSessionQueries;
  readonly sessionLists: SessionListQueries;
  readonly sessionCards: SessionCardQueries;
  readonly sessionDetails: SessionDetailQueries;
  readonly sessionFiles: SessionFileQueries;
  readonly sessionChanges: SessionChangeQueries;
  readonly sessionChains: SessionChainQueries;
  readonly conversations: ConversationQueries;
  readonly warmSandboxRecords: WarmSandboxRecordQueries;
  readonly preparations: PreparationQueries;
  readonly messages: MessageQueries;
  readonly assignedThreads: AssignedThreadQueries;
  readonly attachments: AttachmentQueries;
  readonly attempts: AttemptQueries;
  readonly turns: TurnQueries;
  readonly agentRuns: AgentRunQueries;
  readonly events: EventQueries;
  readonly protocolLog: ProtocolLogQueries;
  readonly asks: AskQueries;
  readonly artifacts: ArtifactQueries;
  readonly plans: PlanQueries;
  readonly diffs: DiffQueries;
  readonly insights: InsightQueries;
  readonly liveTickets: LiveTicketQueries;
  readonly projects: ProjectQueries;
  readonly projectBuilds: BuildQueries;
  readonly projectSnapshots: SnapshotQueries;
  readonly projectSchedules: ProjectScheduleQueries;
  readonly projectVariables: ProjectVariableQueries;
}

export interface SessionsTransaction extends SessionsQueries, OpenTransaction {}

export interface SessionsStore extends SessionsQueries, Omit<ForgesStore, "transaction"> {
  transaction<T>(work: (tx: SessionsTransaction) => Promise<T>): Promise<T>;
  /** Yields events after `afterSeq` as they are appended, until the signal aborts. Never skips or repeats an event. */
  followEvents(sessionId: string, afterSeq: number, signal: AbortSignal): AsyncIterable<SessionEvent>;
  /**
   * Yields the entries of a build's log after `afterSeq` as they are appended, and then the end of the build. Ends
   * without it when the signal aborts.
   */
  followBuildLog(buildId: string, afterSeq: number, signal: AbortSignal): AsyncIterable<FollowedLog>;
  /**
   * Yields when the viewer's session lists may have changed: a session that the viewer may see was created or deleted, or
   * its list item changed. Also yields when a change may have been missed. Ends when the signal aborts.
   */
  followSessionChanges(viewer: Viewer, signal: AbortSignal): AsyncIterable<void>;
}

export interface SessionsSettings extends AccessSettings {
  /** False if the operator refuses containers in sandboxes. */
  readonly allowsContainers: boolean;
}

export interface SessionsPorts extends ForgesPorts {
  readonly store: SessionsStore;
  readonly settings: SessionsSettings;
  readonly workspaceFiles: WorkspaceFiles;
}
