import type { AgentKey } from "../../access/index.ts";
import type { NumberedPage, TurnLease } from "../../base/index.ts";
import type { ChildSession } from "./child-session.ts";
import type { Session, SessionRepository, SessionStatus } from "./session.ts";

export interface SessionQueries {
  /** `number` of the argument is ignored: the database counts. */
  insert(session: Omit<Session, "number">, repositories: readonly SessionRepository[]): Promise<void>;
  find(organizationId: string, id: string): Promise<Session | null>;
  /** As `find`, and holds the row until the transaction ends. */
  lock(organizationId: string, id: string): Promise<Session | null>;
  /** For the engine, which works for every organization. */
  get(id: string): Promise<Session>;
  /** Newest first; a search, best first, among the newest 1,000 that it finds. */
  list(
    organizationId: string,
    page: NumberedPage & { readonly search?: string; readonly viewerUserId?: string },
  ): Promise<{
    readonly sessions: Session[];
    readonly totalCount: number;
  }>;
  repositories(sessionId: string): Promise<SessionRepository[]>;
  /** The latest that was started from this issue or pull request, or null. */
  findBySource(
    organizationId: string,
    source: {
      readonly kind: "issue" | "pullRequest";
      readonly repositoryId: string;
      readonly number: number;
    },
  ): Promise<Session | null>;
  /** Its pull request of the repository is against this branch from now on. */
  retarget(id: string, repositoryId: string, targetBranch: string): Promise<void>;
  /** Sessions at rest since before then whose workspace was not looked at after that, the ones that rest for longest first. */
  uncheckedWorkspaces(before: Date, limit: number): Promise<Session[]>;
  setWorkspaceChecked(id: string, at: Date): Promise<void>;
  setStatus(id: string, status: SessionStatus, at: Date): Promise<void>;
  /** Messages that do not say otherwise are worked in build mode from now on. */
  leavePlanning(id: string): Promise<void>;
  /** Stays until another is chosen. */
  chooseTitle(lease: TurnLease, title: string): Promise<void>;
  /** Its title from here on, unless one was chosen: then false, and that one stays. */
  suggestTitle(lease: TurnLease, title: string): Promise<boolean>;
  /** From here on messages are worked by this one. */
  setAgent(id: string, agent: AgentKey): Promise<void>;
  setBaseSha(lease: TurnLease, repositoryId: string, baseSha: string | null): Promise<void>;
}

/** What of a session changes while no turn runs; absent fields stay. */
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
    | "options"
    | "visibility"
    | "isPinned"
    | "level"
    | "richContent"
  >
>;

export interface SessionChangeQueries {
  /** A given title is chosen: no harness changes it any more. Branches are those of its repositories too. */
  update(id: string, change: SessionChange, at: Date): Promise<void>;
  /** Nobody sees it from then on; its pull requests are no session's. */
  hide(id: string, at: Date): Promise<void>;
  /** Blanks it and deletes what belongs to it. What counts for a budget stays. */
  purge(id: string, at: Date): Promise<void>;
  /** Hidden ones that were not purged. */
  unpurged(limit: number): Promise<string[]>;
  /** Until the transaction ends nobody else makes a session of this id; what is known of the one that has it, or null. */
  holdId(id: string): Promise<{
    readonly organizationId: string;
    readonly requestHash: Buffer | null;
    readonly isDeleted: boolean;
  } | null>;
  /** Remembers the SHA-256 of the request that made it. */
  noteRequest(id: string, hash: Buffer): Promise<void>;
  insertFork(fork: SessionFork): Promise<void>;
  findFork(sessionId: string): Promise<SessionFork | null>;
}

/** Where a session came from, and what its harness is told of that one; null when nothing had been said there. */
export interface SessionFork {
  readonly sessionId: string;
  readonly parentId: string;
  readonly transcript: string | null;
}

/** What each harness calls its own conversation of a session. */
export interface ConversationQueries {
  find(sessionId: string, harness: string): Promise<KnownConversation | null>;
  /** Replaces the harness's earlier one. */
  save(lease: TurnLease, harness: string, conversation: KnownConversation): Promise<void>;
}

/** Sandboxes that stay up after a turn. */
export interface KeptSandboxQueries {
  /** It is this worker's from now on. */
  save(kept: KeptSandbox): Promise<void>;
  find(sessionId: string): Promise<KeptSandbox | null>;
  ofWorker(workerId: string): Promise<KeptSandbox[]>;
  /** It is gone. Nothing happens where another worker has it. */
  drop(sessionId: string, workerId: string): Promise<void>;
  /** Asks that the session's sandbox stays up until then, and no longer; workers are told. */
  ask(sessionId: string, until: Date): Promise<void>;
  askedFor(sessionId: string): Promise<Date | null>;
}

/** Sessions that were started from inside others, and what a chain of them keeps under the id of its root. */
export interface SessionChainQueries {
  insertChild(child: ChildSession): Promise<void>;
  /** Null for the root of a chain. */
  findChild(sessionId: string): Promise<ChildSession | null>;
  /** Turns the sessions private that were started from inside this one, at every depth. */
  turnDescendantsPrivate(sessionId: string, at: Date): Promise<void>;
  /** All below the root. */
  countChildren(rootId: string): Promise<number>;
  /** JSON values by key. */
  readState(rootId: string): Promise<ReadonlyMap<string, unknown>>;
  setState(rootId: string, key: string, value: unknown, at: Date): Promise<void>;
  forgetState(rootId: string, key: string): Promise<void>;
}

export interface KnownConversation {
  /** The harness's own name for it. */
  readonly id: string;
  /** The last event of the session that it took part in or was told of. */
  readonly seenSeq: number;
}

export interface KeptSandbox {
  readonly sessionId: string;
  readonly workerId: string;
  readonly until: Date;
}
