import type { AgentKey } from "../../access/index.ts";
import type { NumberedPage, TurnLease } from "../../base/index.ts";
import type { ChildSession } from "./child-session.ts";
import type { Session, SessionRepository, SessionStatus } from "./session.ts";

export interface SessionQueries {
  find(organizationId: string, id: string): Promise<Session | null>;
  /** Returns the session in the same way as `find`, and locks its row until the transaction ends. */
  lock(organizationId: string, id: string): Promise<Session | null>;
  /** Returns a session in any organization, even if it was deleted. Throws `not_found` if it does not exist. */
  get(id: string): Promise<Session>;
  /** Lists sessions, newest first. A search ranks only the newest 200 matches and returns the best first. */
  list(
    organizationId: string,
    page: NumberedPage & { readonly search?: string; readonly viewerUserId?: string },
  ): Promise<{
    readonly sessions: Session[];
    readonly totalCount: number;
  }>;
  /** Returns an organization's sessions, oldest first, beginning after the given ID. */
  ofOrganization(organizationId: string, afterId: string | null, limit: number): Promise<Session[]>;
  repositories(sessionId: string): Promise<SessionRepository[]>;
  /** Returns the latest session that was started from this issue or pull request, or null if there is none. */
  findBySource(
    organizationId: string,
    source: {
      readonly kind: "issue" | "pullRequest";
      readonly repositoryId: string;
      readonly number: number;
    },
  ): Promise<Session | null>;
  /** Changes the session's target branch in the repository. */
  retarget(id: string, repositoryId: string, targetBranch: string): Promise<void>;
  /**
   * Returns ended sessions that have not changed since `before` and whose workspace has not been checked since their
   * last change, longest idle first.
   */
  uncheckedWorkspaces(machineId: string, before: Date, limit: number): Promise<Session[]>;
  setWorkspaceChecked(id: string, at: Date): Promise<void>;
  /** Sets the status of a locked session. `sessionStatusOf` returns it. */
  setStatus(id: string, status: SessionStatus, at: Date): Promise<void>;
  /** Records that the session's turn runs. Throws `fenced` if the attempt does not hold the lease. */
  setInProgress(lease: TurnLease, at: Date): Promise<void>;
  /** Switches the session to build mode, for messages that do not set a mode. */
  leavePlanning(id: string): Promise<void>;
  /** Sets a chosen title, which suggestions do not replace. */
  chooseTitle(lease: TurnLease, title: string): Promise<void>;
  /** Sets the title. Returns false and keeps the title if it was chosen. */
  suggestTitle(lease: TurnLease, title: string): Promise<boolean>;
  /** Sets the agent for this and later messages. */
  setAgent(id: string, agent: AgentKey): Promise<void>;
  /** Stores the session's number, which no other session may have. Throws `fenced` if the attempt does not hold the lease. */
  setNumber(lease: TurnLease, sessionNumber: number): Promise<void>;
  /** Stores the environment from which the session started, and the session's number, which no other session may have. */
  setSnapshot(lease: TurnLease, snapshotId: string, sessionNumber: number): Promise<void>;
  /**
   * Stores that the ports which the session's dev container forwards are published. Returns false if they already were.
   * Otherwise, throws `fenced` if the attempt does not hold the lease.
   */
  markForwardsPublished(lease: TurnLease): Promise<boolean>;
  setBaseSha(lease: TurnLease, repositoryId: string, baseSha: string | null): Promise<void>;
}

/** Changes to a session outside turns. Absent fields remain unchanged. */
export type SessionChange = Partial<
  Pick<
    Session,
    | "title"
    | "prompt"
    | "description"
    | "harness"
    | "model"
    | "provider"
    | "branchName"
    | "targetBranch"
    | "baseBranch"
    | "sandboxSize"
    | "projectId"
    | "options"
    | "visibility"
    | "isPinned"
    | "archivedAt"
    | "level"
    | "richContent"
    | "runsOn"
  >
>;

/** A session without a parent, with all sessions below it. Most sessions have none. Deleted sessions are omitted. */
export interface IdleTree {
  readonly organizationId: string;
  /** The first session may be deleted. */
  readonly rootId: string;
  readonly sessionIds: readonly string[];
  readonly changedAt: Date;
}

export interface SessionChangeQueries {
  /**
   * Updates the session. A given title counts as chosen, so no harness changes it. A new working or target branch also
   * applies to the session's repositories. Throws `not_found` if the session does not exist.
   */
  update(id: string, change: SessionChange, at: Date): Promise<void>;
  /** Soft-deletes the session and detaches its pull requests. */
  hide(id: string, at: Date): Promise<void>;
  /**
   * Clears the session's texts and deletes its data. Emptied rows of its messages and turns remain, because usage
   * refers to them.
   */
  purge(id: string, at: Date): Promise<void>;
  /**
   * Returns trees of sessions whose last change is before this time, of all organizations, the oldest first. Starts after the
   * given tree. Omits trees that contain a pinned session or an unfinished turn.
   */
  idleTrees(before: Date, after: IdleTree | null, limit: number): Promise<IdleTree[]>;
  /** Returns the IDs of sessions that were soft-deleted before this time and have not been purged. */
  unpurged(deletedBefore: Date, limit: number): Promise<string[]>;
  /**
   * Locks the ID against concurrent creation until the transaction ends. Returns facts about the session that has the
   * ID, even if it was deleted, or null if the ID is free.
   */
  lockId(id: string): Promise<{
    readonly organizationId: string;
    readonly requestHash: Buffer | null;
    readonly isDeleted: boolean;
  } | null>;
  /** Stores the SHA-256 of the request that created the session. */
  noteRequest(id: string, hash: Buffer): Promise<void>;
  insertFork(fork: SessionFork): Promise<void>;
  findFork(sessionId: string): Promise<SessionFork | null>;
}

/**
 * Parent of a forked session, and the transcript that the fork's harness receives. The transcript is null if the parent
 * had no turns.
 */
export interface SessionFork {
  readonly sessionId: string;
  readonly parentId: string;
  readonly transcript: string | null;
}

/** Queries for the conversation IDs that harnesses use for a session. */
export interface ConversationQueries {
  find(sessionId: string, harness: string): Promise<KnownConversation | null>;
  /** Saves the harness's conversation for the session, and replaces an earlier one. */
  save(lease: TurnLease, harness: string, conversation: KnownConversation): Promise<void>;
}

/** Queries for warm sandboxes, which remain running after a turn. */
export interface WarmSandboxRecordQueries {
  /** Saves the record, and replaces an earlier one for the session, even if another worker owned it. */
  save(record: WarmSandboxRecord): Promise<void>;
  /** Saves the record if the session has none. Returns false if it has one. */
  reserve(record: WarmSandboxRecord): Promise<boolean>;
  find(sessionId: string): Promise<WarmSandboxRecord | null>;
  ofWorker(workerId: string): Promise<WarmSandboxRecord[]>;
  /** Deletes the record of a stopped sandbox. Does nothing if another worker owns it. */
  drop(sessionId: string, workerId: string): Promise<void>;
  /** Does the same for the sandbox of a lost worker, and records the sandbox's services as stopped. */
  dropLost(sessionId: string, workerId: string, at: Date): Promise<void>;
  /** Requests that the session's sandbox remain running until `until` and no longer, and notifies the workers. */
  ask(sessionId: string, until: Date): Promise<void>;
  askedFor(sessionId: string): Promise<Date | null>;
}

/**
 * Queries for sessions that other sessions started, and for the shared state of each chain, which is stored under the
 * ID of the chain's root.
 */
export interface SessionChainQueries {
  insertChild(child: ChildSession): Promise<void>;
  /** Returns the session's position in its chain, or null if no session started it. */
  findChild(sessionId: string): Promise<ChildSession | null>;
  /** Makes all descendants of the session private, at every depth. */
  turnDescendantsPrivate(sessionId: string, at: Date): Promise<void>;
  /** Returns the number of sessions in the chain, without its root. */
  countChildren(rootId: string): Promise<number>;
  /** Returns the chain's state as JSON values by key. */
  readState(rootId: string): Promise<ReadonlyMap<string, unknown>>;
  setState(rootId: string, key: string, value: unknown, at: Date): Promise<void>;
  forgetState(rootId: string, key: string): Promise<void>;
}

export interface KnownConversation {
  /** The harness's ID of the conversation. */
  readonly id: string;
  /** Sequence number of the session's last event that the conversation contains. */
  readonly seenSeq: number;
}

export interface WarmSandboxRecord {
  readonly sessionId: string;
  readonly workerId: string;
  readonly until: Date;
}
