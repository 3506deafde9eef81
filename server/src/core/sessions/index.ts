/**
 * Sessions, messages, turns as records, events, questions, plans, artifacts and attachments. Other modules and adapters
 * import only this file.
 */

export type { AgentRun, AgentRunCause, AgentRunStatus, RunPayload } from "./agent-run/agent-run.ts";
export type { WorkedRun } from "./agent-run/agent-run-store.ts";
export { type Artifact, type ArtifactType, maxArtifactBytes } from "./artifact/artifact.ts";
export { artifactCreated } from "./artifact/artifact-created.ts";
export { contentTypeOf } from "./artifact/content-type.ts";
export { createArtifact, deleteArtifact } from "./artifact/create-artifact.ts";
export { readArtifactFile } from "./artifact/read-artifact-file.ts";
export { requireQuota } from "./artifact/require-quota.ts";
export { answerPermission, answerQuestion } from "./ask/answer-ask.ts";
export { type Ask, type AskAnswer, type Asked, decisionOf } from "./ask/ask.ts";
export { askPerson, requireFewWaiting } from "./ask/ask-person.ts";
export { closeAsks } from "./ask/close-asks.ts";
export { waitForAnswer } from "./ask/wait-for-answer.ts";
export {
  type AssignedThread,
  decideThreadState,
  type TurnThread,
  threadLabel,
} from "./assigned-thread/assigned-thread.ts";
export type { Attachment } from "./attachment/attachment.ts";
export { deleteUnusedAttachments } from "./attachment/delete-unused.ts";
export { isPicture } from "./attachment/media-type.ts";
export { readAttachment } from "./attachment/read-attachment.ts";
export { storeAttachment } from "./attachment/store-attachment.ts";
export type { AttemptState, SessionAttempt } from "./attempt/attempt.ts";
export { createAttempts } from "./attempt/create-attempts.ts";
export { endAttempt } from "./attempt/end-attempt.ts";
export { getAttempt, keepAttempt } from "./attempt/keep-attempt.ts";
export { decideChildHarness } from "./create/child-reach.ts";
export { createSession, prepareSession, storeSession } from "./create/create-session.ts";
export type { NewSession } from "./create/decide-session.ts";
export { forkSession } from "./create/fork-session.ts";
export { type MakeSession, makeSession } from "./create/make-session.ts";
export type { FoundRepository, SessionInputs, WantedInputs } from "./create/new-session-store.ts";
export type { Preparation, PreparedOptions } from "./create/preparation.ts";
export { directoriesFor } from "./create/session-names.ts";
export type { SessionRequest } from "./create/session-request.ts";
export { deleteOrganization } from "./end/delete-organization.ts";
export { deleteSession } from "./end/delete-session.ts";
export { expireSessions } from "./end/expire-sessions.ts";
export { type Stopped, stopSession } from "./end/stop-session.ts";
export type { EventData, EventOf, NewEvent, SessionEvent } from "./event/event.ts";
export type { EncodedEvent, EventPage } from "./event/event-store.ts";
export { lastWords, noWords } from "./event/last-words.ts";
export { findInsight, requireInsights } from "./insight/find-insight.ts";
export type {
  Insight,
  InsightSummary,
  ModelResult,
  MonthCount,
  PullRequestShare,
} from "./insight/insight.ts";
export { contributionOf } from "./insight/sum-up.ts";
export type { LiveKind, LiveTicket } from "./live/live-ticket.ts";
export { makeLiveTicket } from "./live/make-live-ticket.ts";
export { findMessage } from "./message/find-message.ts";
export { getMessage } from "./message/get-message.ts";
export type { Message, MessageSource, SlashCommand, StartingMessage, SteeredAs } from "./message/message.ts";
export {
  type Requester,
  requesterFields,
  requesterKeyOf,
  requesterOf,
  requestFields,
} from "./message/requester.ts";
export { messageStateOf, type ShownMessage } from "./message/shown-message.ts";
export { type MessageChange, updateMessage } from "./message/update-message.ts";
export { asksPermission, createPermissionDesk } from "./permission/create-permission-desk.ts";
export { defaultPermissionPolicy } from "./permission/permission-policy.ts";
export type { DecidePermission, PermissionRequest, ToolKind } from "./permission/permission-request.ts";
export { setPermissionPolicy } from "./permission/set-permission-policy.ts";
export { approvePlan, editPlan, rejectPlan } from "./plan/decide-plan.ts";
export { getPlan } from "./plan/get-plan.ts";
export type { Plan, PlanDecision } from "./plan/plan.ts";
export { recordPlan } from "./plan/record-plan.ts";
export type {
  SessionsPorts,
  SessionsQueries,
  SessionsSettings,
  SessionsStore,
  SessionsTransaction,
} from "./ports.ts";
export { loadPrepared } from "./preparation/load-prepared.ts";
export {
  type PreparationPlace,
  requestPreparation,
  requestReplyPreparation,
} from "./preparation/request-preparation.ts";
export { buildBranchOf } from "./project/build/build-branch.ts";
export { type BuildInputs, buildFoundation, buildIdentity } from "./project/build/build-identity.ts";
export { type BuildLog, openBuildLog } from "./project/build/build-log.ts";
export type { BuildLogEntry, ClaimedBuild, FollowedLog } from "./project/build/build-store.ts";
export {
  attemptLimitMs,
  claimBuild,
  completeBuild,
  completeWithSnapshot,
  failBuild,
  failOverdueBuilds,
} from "./project/build/claim-build.ts";
export { countLeftIncrements, decideIncrement } from "./project/build/decide-increment.ts";
export { cancelBuild, getBuild, hasJustFailed, readBuildLog } from "./project/build/get-build.ts";
export type {
  BuildLease,
  BuildProgress,
  BuildRecipe,
  BuildState,
  BuildTrigger,
  ProjectBuild,
} from "./project/build/project-build.ts";
export { refreshOnChange, requestOccasionally } from "./project/build/refresh-on-change.ts";
export { isOutdated, refreshOnPush } from "./project/build/refresh-on-push.ts";
export { requestBuild } from "./project/build/request-build.ts";
export { sizeDefaults, usableProjectId } from "./project/choose-project.ts";
export { createProject, type NewProject } from "./project/create-project.ts";
export { deleteProject } from "./project/delete-project.ts";
export { getProject, requireUsableProject } from "./project/get-project.ts";
export type {
  Project,
  ProjectFields,
  ProjectLabel,
  ProjectService,
  ProjectSource,
  ProjectUser,
} from "./project/project.ts";
export type { ProjectOverview } from "./project/project-overview.ts";
export { requireSupported } from "./project/require-supported.ts";
export {
  addProjectSchedule,
  getProjectSchedule,
  type ScheduleChange,
  updateProjectSchedule,
} from "./project/schedule/change-schedules.ts";
export type { ProjectSchedule } from "./project/schedule/project-schedule.ts";
export { tendProjects } from "./project/schedule/tend-projects.ts";
export { setProjectDefaults } from "./project/set-defaults.ts";
export { deleteSnapshot, getSnapshot, updateSnapshot } from "./project/snapshot/change-snapshot.ts";
export { expireSnapshots } from "./project/snapshot/expire-snapshots.ts";
export { findActiveSnapshot } from "./project/snapshot/find-active-snapshot.ts";
export type {
  Environment,
  EnvironmentBase,
  EnvironmentOrigin,
  ProjectSnapshot,
  SnapshotOverview,
} from "./project/snapshot/project-snapshot.ts";
export type { SnapshotCandidate } from "./project/snapshot/snapshot-store.ts";
export { type ProjectChange, updateProject } from "./project/update-project.ts";
export { deleteVariable, setVariables } from "./project/variable/change-variables.ts";
export { variableVersions, withVariables } from "./project/variable/load-variables.ts";
export type { ProjectVariable, VariableScope } from "./project/variable/variable-store.ts";
export type { ProtocolLine } from "./protocol-log/protocol-line.ts";
export { readProtocol } from "./protocol-log/read-protocol.ts";
export { type ProtocolRecording, recordProtocol } from "./protocol-log/record-protocol.ts";
export { closePullRequest, mergePullRequest } from "./pull-request/end-pull-request.ts";
export { deleteMessage } from "./queue/delete-message.ts";
export { type SendMessage, type SentMessage, sendMessage } from "./queue/send-message.ts";
export { startNextTurn } from "./queue/start-next-turn.ts";
export {
  type Access,
  followVisibleEvents,
  followWhileAllowed,
  isAccessRefusal,
  requireAccess,
} from "./session/access.ts";
export { decideChild } from "./session/child-session.ts";
export type { Diff } from "./session/diff.ts";
export { getSession } from "./session/get-session.ts";
export { getKeepAlive, type KeepAlive, keepSandboxAlive } from "./session/keep-alive.ts";
export type { Goal, MessageOptions } from "./session/message-options.ts";
export { readAgentOptions } from "./session/read-agent-options.ts";
export { readSessionFile } from "./session/read-session-file.ts";
export { canSee, getVisibleSession } from "./session/require-visible.ts";
export {
  decideLimits,
  describeLimits,
  type SandboxSize,
  type SizedMachine,
  sizedSandboxes,
} from "./session/sandbox-size.ts";
export type {
  Session,
  SessionRepository,
  SessionSource,
  SessionStatus,
  Visibility,
} from "./session/session.ts";
export type { SessionFile } from "./session/session-file.ts";
export { shorten, titleOf } from "./session/title.ts";
export { type UpdateSession, updateSession } from "./session/update-session.ts";
export { decideSessionFilter, type WantedSessions } from "./session-list/decide-session-filter.ts";
export type {
  CardState,
  OutdatedCard,
  SessionCard,
} from "./session-list/session-card-store.ts";
export type { SessionDetails, SessionPullRequest } from "./session-list/session-details.ts";
export type {
  Attention,
  SessionFilter,
  SessionPage,
  SessionParts,
  SessionPosition,
  SessionSort,
} from "./session-list/session-list-store.ts";
export { type KnownSource, listSessionSources, sourceOf } from "./session-list/session-sources.ts";
export { loadTranscript } from "./transcript/load-transcript.ts";
export type { Turn, TurnError, TurnState } from "./turn/turn.ts";
export { isEnded, sessionStatusOf, turnStatuses } from "./turn/turn-states.ts";
export { eventsOfTurn } from "./turn-record/events-of-turn.ts";
export {
  appendEvent,
  appendStepEvent,
  optionsOf,
  type TurnFacts,
  type TurnRecord,
  turnEvent,
} from "./turn-record/turn-record.ts";
export type {
  EntryKind,
  FolderEntry,
  FoundEntry,
  OpenedFile,
  WorkspaceFiles,
} from "./workspace/workspace-files.ts";
