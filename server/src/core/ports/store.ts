import type { ApiKey } from "../api-key/api-key.ts";
import type { Artifact } from "../artifact/artifact.ts";
import type { Ask, AskAnswer, Asked } from "../ask/ask.ts";
import type { Attachment } from "../attachment/attachment.ts";
import type { Delivery, DeliveryStatus } from "../delivery/delivery.ts";
import type { EgressSetting } from "../egress/egress-policy.ts";
import type { NewEvent, SessionEvent } from "../event/event.ts";
import type { Integration } from "../integration/integration.ts";
import type { IntegrationSync } from "../integration/integration-sync.ts";
import type { SetupState } from "../integration/setup-state.ts";
import type { McpConnection } from "../mcp/mcp-connection.ts";
import type { Message, SteeredAs } from "../message/message.ts";
import type { MessageState, ShownMessage } from "../message/shown-message.ts";
import type { ModelChoice } from "../model/model-choice.ts";
import type { Organization } from "../organization/organization.ts";
import type { PermissionPolicy } from "../permission/permission-policy.ts";
import type { Plan, PlanDecision } from "../plan/plan.ts";
import type { PullRequest } from "../pull-request/pull-request.ts";
import type { Repository } from "../repository/repository.ts";
import type { Secret } from "../secret/secret.ts";
import type { AgentKey } from "../session/agent-key.ts";
import type { ChildSession } from "../session/child-session.ts";
import type { Diff } from "../session/diff.ts";
import type { Session, SessionRepository, SessionStatus } from "../session/session.ts";
import type { Skill } from "../skill/skill.ts";
import type { Turn, TurnError, TurnLease } from "../turn/turn.ts";
import type { Spent } from "../usage/decide-budget.ts";
import type { Budget, ModelUsage, UsageTotal } from "../usage/usage.ts";
import type { LocalForgeRecords } from "./local-forge-store.ts";
import type { Sealed } from "./vault.ts";

/**
 * Everything that lasts. Reads that name an organization see only its rows. A lost connection is waited out
 * (30 s) and the call repeated, so every write is safe to repeat. Throws `unavailable` when the database stays away.
 */
export interface Store extends Queries {
  /** Runs `work` in one transaction; a throw rolls everything back and passes on. It may run again, so it has no effects outside. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Events after `afterSeq` as they are appended; ends when the signal aborts. Never skips or repeats. */
  followEvents(sessionId: string, afterSeq: number, signal: AbortSignal): AsyncIterable<SessionEvent>;
}

declare const transactionBrand: unique symbol;
/** A running transaction. The engine's adapter knows how to enqueue in it. */
export interface Transaction extends Queries {
  readonly [transactionBrand]?: never;
}

export interface Queries {
  readonly apiKeys: {
    /** A revoked key of the same organization and token becomes valid again. Throws `conflict` when the token is another key's. */
    insert(key: ApiKey, tokenHash: Buffer): Promise<void>;
    /** The key of a token's SHA-256, revoked ones excepted. */
    findByTokenHash(tokenHash: Buffer): Promise<ApiKey | null>;
    list(organizationId: string, page: CursorPage): Promise<Page<ApiKey>>;
    /** False when there is none to revoke. */
    revoke(organizationId: string, id: string): Promise<boolean>;
  };
  readonly skills: {
    /** False when another skill of the organization has the name. */
    insert(skill: Skill): Promise<boolean>;
    /** False when another has the name, or it is gone. */
    update(skill: Skill): Promise<boolean>;
    find(organizationId: string, id: string): Promise<Skill | null>;
    /** Newest first. `search` finds names and descriptions. */
    list(
      organizationId: string,
      filter: CursorPage & { readonly names?: readonly string[]; readonly search?: string },
    ): Promise<Page<Skill>>;
    delete(organizationId: string, id: string): Promise<void>;
  };
  readonly organizations: {
    /** The first one made, or null in an empty database. */
    findFirst(): Promise<{ readonly id: string } | null>;
    insert(organization: { readonly id: string; readonly name: string }): Promise<void>;
    find(id: string): Promise<Organization | null>;
    setEgress(id: string, egress: EgressSetting): Promise<void>;
    setBudget(id: string, budget: Budget): Promise<void>;
    setPermissionPolicy(id: string, policy: PermissionPolicy): Promise<void>;
    /** Lays these over the stored ones; null takes one away. */
    mergeSettings(id: string, changes: Readonly<Record<string, unknown>>): Promise<void>;
  };
  readonly models: {
    /** Of an organization, those that were made, by name. */
    choices(organizationId: string): Promise<ModelChoice[]>;
    /** Replaces the earlier one. */
    saveChoice(organizationId: string, choice: ModelChoice): Promise<void>;
  };
  /** What was sealed outside: the database never sees a value. Whoever seals holds the master keys first. */
  readonly secrets: {
    /**
     * Until the transaction ends, "use" keeps the master keys from being changed, and "change" keeps others from both.
     * Only of use in a transaction.
     */
    holdMasterKeys(purpose: "use" | "change"): Promise<void>;
    /** Throws `conflict` when the key is taken. */
    insert(secret: Secret, sealed: Sealed): Promise<void>;
    find(organizationId: string, id: string): Promise<Secret | null>;
    /** With its sealed value, and holds the row until the transaction ends. The master keys are held before. */
    lock(organizationId: string, id: string): Promise<SealedSecret | null>;
    /** Replaces everything but id, organization and creation. Throws `conflict` when the key is taken. */
    update(secret: Secret, sealed: Sealed): Promise<void>;
    setBinding(secret: Secret): Promise<void>;
    delete(organizationId: string, id: string): Promise<void>;
    /** Newest first. */
    list(organizationId: string, page: CursorPage & { readonly search?: string }): Promise<Page<Secret>>;
    /** All of them, by key. */
    listSealed(organizationId: string): Promise<SealedSecret[]>;
    /** The names of an organization's credentials of one kind. */
    credentialNames(organizationId: string, kind: CredentialName["kind"]): Promise<string[]>;
    findCredential(organizationId: string, of: CredentialName): Promise<SealedCredential | null>;
    /** Replaces the earlier one. */
    saveCredential(organizationId: string, of: CredentialName, credential: SealedCredential): Promise<void>;
    /** Keeps the earlier one. */
    insertCredential(organizationId: string, of: CredentialName, credential: SealedCredential): Promise<void>;
    deleteCredential(organizationId: string, of: CredentialName): Promise<void>;
    /** The ids of the master keys that anything of any organization is wrapped by. */
    masterKeyIds(): Promise<string[]>;
    /** Some of what is not wrapped by this key, held until the transaction ends. */
    lockWrappedByOthers(
      masterKeyId: string,
      limit: number,
    ): Promise<{ readonly id: string; readonly sealed: Sealed }[]>;
    setWrapping(id: string, sealed: Sealed): Promise<void>;
  };
  readonly repositories: {
    /** Throws `conflict` when owner and name, or the connected URL, are taken. */
    insert(repository: Repository): Promise<void>;
    find(organizationId: string, id: string): Promise<Repository | null>;
    findMany(organizationId: string, ids: readonly string[]): Promise<Repository[]>;
    /** By what `repositoryKey` makes of a URL. */
    findByConnectedUrl(organizationId: string, urlKey: string): Promise<Repository | null>;
    findByPath(
      organizationId: string,
      forge: string,
      owner: string,
      name: string,
    ): Promise<Repository | null>;
    findByExternalId(integrationId: string, externalId: string): Promise<Repository | null>;
    /** Replaces everything but id, organization, forge, integration and creation. Throws `conflict` as `insert`. */
    update(repository: Repository): Promise<void>;
    /** Those of an integration, enabled or not, by name. */
    ofIntegration(integrationId: string): Promise<Repository[]>;
    /** For the git server: the local repository at this path, whoever owns it. */
    findLocal(owner: string, name: string): Promise<Repository | null>;
    list(
      organizationId: string,
      page: CursorPage & {
        readonly search?: string;
        readonly order: "asc" | "desc";
        readonly integrationId?: string;
      },
    ): Promise<Page<Repository>>;
    listEnabled(organizationId: string): Promise<Repository[]>;
  };
  readonly sessions: {
    /** `number` of the argument is ignored: the database counts. */
    insert(session: Omit<Session, "number">, repositories: readonly SessionRepository[]): Promise<void>;
    find(organizationId: string, id: string): Promise<Session | null>;
    /** As `find`, and holds the row until the transaction ends. */
    lock(organizationId: string, id: string): Promise<Session | null>;
    /** For the engine, which works for every organization. */
    get(id: string): Promise<Session>;
    list(
      organizationId: string,
      page: NumberedPage & { readonly search?: string },
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
    setTitle(lease: TurnLease, title: string): Promise<void>;
    /** As `setTitle`, and it is `isTitleChosen` from here on. */
    chooseTitle(lease: TurnLease, title: string): Promise<void>;
    isTitleChosen(id: string): Promise<boolean>;
    /** From here on messages are worked by this one. */
    setAgent(id: string, agent: AgentKey): Promise<void>;
    setBaseSha(lease: TurnLease, repositoryId: string, baseSha: string | null): Promise<void>;
  };
  /** What each harness calls its own conversation of a session. */
  readonly conversations: {
    find(sessionId: string, harness: string): Promise<KnownConversation | null>;
    /** Replaces the harness's earlier one. */
    save(lease: TurnLease, harness: string, conversation: KnownConversation): Promise<void>;
  };
  /** Sandboxes that stay up after a turn. */
  readonly keptSandboxes: {
    /** It is this worker's from now on. */
    save(kept: KeptSandbox): Promise<void>;
    find(sessionId: string): Promise<KeptSandbox | null>;
    ofWorker(workerId: string): Promise<KeptSandbox[]>;
    /** It is gone. Nothing happens where another worker has it. */
    drop(sessionId: string, workerId: string): Promise<void>;
    /** Asks that the session's sandbox stays up until then, and no longer; workers are told. */
    ask(sessionId: string, until: Date): Promise<void>;
    askedFor(sessionId: string): Promise<Date | null>;
  };
  /** Sessions that were started from inside others, and what a chain of them keeps under the id of its root. */
  readonly sessionChains: {
    insertChild(child: ChildSession): Promise<void>;
    /** Null for the root of a chain. */
    findChild(sessionId: string): Promise<ChildSession | null>;
    /** All below the root. */
    countChildren(rootId: string): Promise<number>;
    /** JSON values by key. */
    readState(rootId: string): Promise<ReadonlyMap<string, unknown>>;
    setState(rootId: string, key: string, value: unknown, at: Date): Promise<void>;
    forgetState(rootId: string, key: string): Promise<void>;
  };
  readonly mcpConnections: {
    insert(connection: McpConnection): Promise<void>;
    find(organizationId: string, id: string): Promise<McpConnection | null>;
    /** All of an organization, oldest first. */
    all(organizationId: string): Promise<McpConnection[]>;
    /** Replaces everything but id, organization and creation. */
    update(connection: McpConnection): Promise<void>;
    setConnected(id: string, at: Date): Promise<void>;
    delete(organizationId: string, id: string): Promise<void>;
    /** Newest first. */
    list(
      organizationId: string,
      page: CursorPage & { readonly search?: string; readonly isConnected?: boolean },
    ): Promise<Page<McpConnection>>;
    /** The names that a session was created with. */
    useInSession(sessionId: string, names: readonly string[]): Promise<void>;
    usedInSession(sessionId: string): Promise<string[]>;
  };
  readonly messages: {
    /** It comes after all of its session; one that is there already is left as it is. */
    insert(message: Message): Promise<void>;
    /** Deleted ones too, as turns and events name them. */
    get(id: string): Promise<Message>;
    find(organizationId: string, id: string): Promise<ShownMessage | null>;
    /** Newest first. */
    list(
      organizationId: string,
      page: CursorPage & { readonly sessionId?: string; readonly threadId?: string },
    ): Promise<Page<ShownMessage>>;
    /** In the order in which they are worked. */
    ofSession(
      sessionId: string,
      page: CursorPage & { readonly state?: MessageState },
    ): Promise<Page<ShownMessage>>;
    /** Those that no turn has taken, in the order in which turns will. */
    queued(sessionId: string): Promise<Message[]>;
    /** The first one that no turn has taken. */
    nextQueued(sessionId: string): Promise<Message | null>;
    setTurn(id: string, turnId: string): Promise<void>;
    edit(
      id: string,
      change: { readonly content: string; readonly richContent: Message["references"]["richContent"] },
      at: Date,
    ): Promise<void>;
    /** Hands the places of these messages around among them, so that they are worked in this order. */
    setOrder(sessionId: string, ids: readonly string[]): Promise<void>;
    /** It is shown no more. No turn may have it. */
    delete(id: string, at: Date): Promise<void>;
    /** Takes for the turn what waits to steer it, and gives all that it has taken and that has not reached the harness, in order. */
    takeSteering(lease: TurnLease): Promise<Message[]>;
    /** All that the turn has taken to steer it, in order. */
    steering(turnId: string): Promise<Message[]>;
    /** Noted before a message is put into a running prompt. */
    markSending(lease: TurnLease, id: string, isSending: boolean): Promise<void>;
    markSteered(lease: TurnLease, id: string, how: SteeredAs): Promise<void>;
    /** What a turn took to steer it and that did not reach the harness waits again. */
    releaseSteering(turnId: string): Promise<void>;
    /**
     * Keeps those of the comments that no message has taken yet, for this one, and returns their ids. In the transaction that inserts
     * the message: of two that ask at once, one gets each comment.
     */
    takeComments(messageId: string, repositoryId: string, commentIds: readonly string[]): Promise<string[]>;
  };
  readonly attachments: {
    /** Until the transaction ends nobody else adds to the organization's; returns how many bytes they are together. */
    holdOrganization(organizationId: string): Promise<number>;
    /** Until the transaction ends nobody else adds or removes an attachment of these bytes. */
    holdContent(sha256: string): Promise<void>;
    insert(attachment: Attachment): Promise<void>;
    findMany(organizationId: string, ids: readonly string[]): Promise<Attachment[]>;
    /** Those made before that no message names, oldest first. */
    listUnused(before: Date, limit: number): Promise<{ readonly id: string; readonly sha256: string }[]>;
    /** Deletes it unless a message names it, and says whether no attachment of these bytes is left. Their content is held before. */
    deleteUnused(id: string, sha256: string): Promise<boolean>;
  };
  readonly turns: {
    insert(
      turn: { readonly id: string; readonly sessionId: string; readonly messageId: string },
      at: Date,
    ): Promise<{ readonly number: number }>;
    find(id: string): Promise<Turn | null>;
    /** The turn of a session that is queued or running, or null. */
    active(sessionId: string): Promise<Turn | null>;
    /** Takes the turn for a new attempt, unless it has ended: then null. Earlier attempts are fenced off from here on. */
    claim(id: string, at: Date): Promise<Turn | null>;
    requestStop(id: string, at: Date): Promise<void>;
    markPromptSent(lease: TurnLease): Promise<void>;
    /** Ends the turn. Throws `fenced` when the lease is no longer the latest. */
    end(lease: TurnLease, end: TurnEnd, at: Date): Promise<void>;
    /** Ends a turn that no attempt has begun. False when one has. */
    cancelQueued(id: string, at: Date): Promise<boolean>;
  };
  readonly events: {
    /**
     * Appends in order and returns the last seq. With a lease, throws `fenced` when it is no longer the latest.
     * Keys that the session has already are left out. Watchers are notified on commit.
     */
    append(sessionId: string, lease: TurnLease | null, events: readonly NewEvent[]): Promise<number>;
    list(
      sessionId: string,
      page: { readonly afterSeq: number; readonly limit: number; readonly messageId?: string | null },
    ): Promise<SessionEvent[]>;
    lastSeq(sessionId: string): Promise<number>;
    /** Names of the commands that the harness last said it has in the session; null before it has said so. */
    availableCommands(sessionId: string, harness: string): Promise<readonly string[] | null>;
  };
  /** What harnesses and their driver said to each other, as lines of JSON (core/wire/). */
  readonly wire: {
    /** Adds whole lines to what the attempt has recorded. Throws `fenced` when the lease is no longer the latest. */
    append(lease: TurnLease, piece: string): Promise<void>;
    /** Whole lines, in the order of turns and attempts; of one turn or, with null, of all. */
    read(sessionId: string, turnNumber: number | null): AsyncIterable<string>;
    /** How many pieces were deleted. */
    deleteBefore(at: Date): Promise<number>;
  };
  readonly asks: {
    insert(ask: Omit<Ask, "answer">): Promise<void>;
    /** Gives the answer unless there is one, and returns the one that is kept; null when there is no such ask. */
    answer(id: string, answer: AskAnswer): Promise<AskAnswer | null>;
    find(sessionId: string, id: string): Promise<Ask | null>;
    openOfTurn(turnId: string): Promise<Ask[]>;
    /** Newest first. */
    list(
      sessionId: string,
      of: { readonly kind: Asked["kind"]; readonly isOpen?: boolean; readonly limit: number },
    ): Promise<Ask[]>;
  };
  readonly artifacts: {
    find(organizationId: string, id: string): Promise<Artifact | null>;
    /** Newest first, without their content. */
    list(
      organizationId: string,
      page: CursorPage & {
        readonly sessionId?: string;
        readonly turnId?: string;
        readonly types?: readonly string[];
      },
    ): Promise<Page<Artifact>>;
    /** With the bytes of a file; null for a text. */
    insert(lease: TurnLease, artifact: Artifact, bytes: Buffer | null): Promise<void>;
    /** The bytes of a file; null for a text, and when there is none. */
    readFile(organizationId: string, id: string): Promise<Buffer | null>;
    /** Of all of a session. */
    totals(sessionId: string): Promise<{ readonly count: number; readonly bytes: number }>;
    setContent(
      id: string,
      words: { readonly title: string; readonly content: string },
      at: Date,
    ): Promise<void>;
  };
  readonly plans: {
    /** One per turn, which keeps its id: replaces the earlier text, unless that was asked for and this was not, or is decided. */
    save(lease: TurnLease, plan: Plan): Promise<void>;
    /** Of the session's turn that planned last. */
    latest(sessionId: string): Promise<Plan | null>;
    find(sessionId: string, artifactId: string): Promise<Plan | null>;
    ofTurn(turnId: string): Promise<Plan | null>;
    /** Changes nothing when it is decided. */
    decide(
      artifactId: string,
      decision: Exclude<PlanDecision, { readonly state: "proposed" }>,
    ): Promise<void>;
  };
  readonly diffs: {
    /** One per session and repository: replaces the earlier one, keeping its id. */
    save(lease: TurnLease, diff: Diff, patch: string): Promise<void>;
    list(sessionId: string, page: CursorPage & { readonly hasChanges?: boolean }): Promise<Page<Diff>>;
    find(sessionId: string, id: string): Promise<{ readonly diff: Diff; readonly patch: string } | null>;
  };
  readonly pullRequests: {
    /** One per repository and number: replaces the earlier one, keeping its id and creation. */
    save(lease: TurnLease, pullRequest: PullRequest): Promise<void>;
    findByNumber(repositoryId: string, number: number): Promise<PullRequest | null>;
    /** Open ones whose head this is, newest first. */
    openWithHead(repositoryId: string, headSha: string): Promise<PullRequest[]>;
    /** What the forge told: inserts it, or replaces what it tells; the session, additions and deletions of a known one stay. Older than the known one's `forgeUpdatedAt` it changes nothing and gives false. */
    observe(pullRequest: PullRequest): Promise<boolean>;
    setReviewers(id: string, reviewers: PullRequest["reviewers"]): Promise<void>;
    setChecks(id: string, checks: PullRequest["checks"]): Promise<void>;
    /** Counts an attempt to fix the checks of a head. False when this head had one, or the pull request has had `atMost`. */
    takeCheckFix(id: string, headSha: string, atMost: number): Promise<boolean>;
    find(organizationId: string, id: string): Promise<PullRequest | null>;
    ofSession(sessionId: string): Promise<PullRequest[]>;
    list(organizationId: string, page: CursorPage & PullRequestFilter): Promise<Page<PullRequest>>;
  };
  readonly integrations: {
    insert(integration: Integration): Promise<void>;
    find(organizationId: string, id: string): Promise<Integration | null>;
    /** For the engine and webhooks, which work for every organization. */
    get(id: string): Promise<Integration | null>;
    /** Replaces everything but id, organization, forge and creation. */
    update(integration: Integration): Promise<void>;
    /** With its repositories disabled and cut loose, its credential and deliveries deleted. */
    delete(organizationId: string, id: string): Promise<void>;
    list(
      organizationId: string,
      page: CursorPage & {
        readonly enabled?: boolean;
        readonly hasEnabledRepositories?: boolean;
        readonly ids?: readonly string[];
        readonly search?: string;
        readonly forges?: readonly string[];
        readonly createdAfter?: Date;
      },
    ): Promise<Page<Integration>>;
    count(organizationId: string): Promise<number>;
    /** Enabled ones of a forge, whoever owns them, oldest first: a webhook may be for any. */
    enabledOf(forge: string, limit: number): Promise<Integration[]>;
    /** Enabled ones of every organization, for polling and syncs. */
    allEnabled(): Promise<Integration[]>;
    repositoryCounts(ids: readonly string[]): Promise<ReadonlyMap<string, number>>;
  };
  /** Ways back from a forge while an integration is set up, and its syncs. */
  readonly integrationSetup: {
    /** Drops those that have expired by then. */
    insertState(state: SetupState, now: Date): Promise<void>;
    /** Null when it is unknown or has expired. */
    findState(hash: Buffer, now: Date): Promise<SetupState | null>;
    /** As `findState`, and deletes it: of two that ask at once, one gets it. */
    takeState(hash: Buffer, now: Date): Promise<SetupState | null>;
    /** Until the transaction ends nobody else connects this account; returns the ids of the integrations that have it. */
    holdAccount(of: {
      readonly organizationId: string;
      readonly forge: string;
      readonly webUrl: string;
      readonly account: { readonly id: string };
    }): Promise<string[]>;
    /** Until the transaction ends nobody else changes, syncs or deletes it. False when it is gone. */
    lockIntegration(integrationId: string): Promise<boolean>;
    setSynced(integrationId: string, at: Date): Promise<void>;
    insertSync(sync: Omit<IntegrationSync, "state">): Promise<void>;
    /** Those of an integration that have not ended, oldest first. */
    openSyncs(integrationId: string): Promise<IntegrationSync[]>;
    /** Older ones of the integration that have ended are forgotten. */
    endSync(
      id: string,
      end: { readonly status: "succeeded" | "failed"; readonly outcome: string },
      at: Date,
    ): Promise<void>;
    /** The last one that ended, else one that has not. */
    lastSync(integrationId: string): Promise<IntegrationSync | null>;
    /** Those of an organization, asked for since then, that have not ended. */
    countSyncs(organizationId: string, since: Date): Promise<number>;
  };
  readonly syncedRepositories: {
    /** Those of an integration with these ids of the forge, held until the transaction ends. */
    lockByExternalIds(
      integration: Pick<Integration, "id" | "organizationId">,
      externalIds: readonly string[],
    ): Promise<Repository[]>;
    lock(organizationId: string, id: string): Promise<Repository | null>;
    /** Disables them, and marks that their forge no longer shows them. Returns how many were not marked before. */
    markVanished(ids: readonly string[], at: Date): Promise<number>;
    markSeen(ids: readonly string[]): Promise<void>;
    list(
      organizationId: string,
      page: CursorPage & {
        readonly order: "asc" | "desc";
        readonly search?: string;
        readonly integrationId?: string;
        readonly enabled?: boolean;
        readonly ids?: readonly string[];
      },
    ): Promise<Page<Repository>>;
  };
  readonly deliveries: {
    /** False when the integration has had this delivery. */
    insert(delivery: Delivery): Promise<boolean>;
    get(id: string): Promise<Delivery | null>;
    find(organizationId: string, id: string): Promise<Delivery | null>;
    finish(
      id: string,
      end: {
        readonly status: Exclude<DeliveryStatus, "received">;
        readonly outcome: string;
        readonly sessionId: string | null;
      },
      at: Date,
    ): Promise<void>;
    /** Newest first, without the bodies, which may be large. */
    list(
      organizationId: string,
      page: CursorPage & { readonly integrationId?: string; readonly status?: DeliveryStatus },
    ): Promise<Page<Omit<Delivery, "body">>>;
    /** Those received before. */
    deleteBefore(at: Date): Promise<number>;
  };
  /** For forges that are asked what happened. */
  readonly polling: {
    /** Until when each repository of the integration was asked about; one that is not in it never was. */
    cursors(integrationId: string): Promise<ReadonlyMap<string, Date>>;
    /** Never goes back. */
    advance(repositoryId: string, until: Date): Promise<void>;
  };
  readonly usage: {
    /** Adds one answer to the sums of its turn and model. The one that was added last counts once, however often it is added. */
    add(of: UsageOwner, usage: ModelUsage, at: Date): Promise<void>;
    ofTurn(turnId: string): Promise<UsageTotal>;
    ofSession(sessionId: string): Promise<UsageTotal>;
    /** Of turns whose first answer came at `since` or later. */
    ofOrganization(organizationId: string, since: Date): Promise<UsageTotal>;
    /** What budgets are held against: of the session's whole chain, and of the organization since a date. */
    spent(of: {
      readonly sessionId: string;
      readonly organizationId: string;
      readonly since: Date;
    }): Promise<Spent>;
  };
  readonly localForge: LocalForgeRecords;
}

export interface SealedSecret {
  readonly secret: Secret;
  readonly sealed: Sealed;
}

/** What is kept sealed beside the secrets of the organization's people. */
export interface CredentialName {
  /** `provider`: a setting that holds a provider's key. `authority`: the egress door's certificate authority. `integration`: what a forge lets in. `mcpConnection`: headers or variables of one. */
  readonly kind: "provider" | "authority" | "integration" | "mcpConnection";
  readonly name: string;
}

export interface SealedCredential {
  /** Counts the values that the name has had. */
  readonly version: number;
  readonly sealed: Sealed;
}

/** Whose spending it is. */
export interface UsageOwner {
  readonly organizationId: string;
  readonly sessionId: string;
  readonly turnId: string;
}

export type TurnEnd =
  | { readonly status: "completed" | "cancelled" }
  | { readonly status: "failed"; readonly error: TurnError };

export interface PullRequestFilter {
  readonly status?: PullRequest["status"];
  readonly isDraft?: boolean;
  /** What all reviews together say. */
  readonly decision?: "approved" | "changesRequested" | "needsReview";
  readonly search?: string;
  readonly repositoryIds?: readonly string[];
  readonly hasSession?: boolean;
  readonly createdAfter?: Date;
  readonly updatedAfter?: Date;
  readonly mergedAfter?: Date;
}

/** `cursor` is the id of the last item seen. */
export interface CursorPage {
  readonly cursor?: string;
  readonly limit: number;
}
export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}
/** `page` counts from 1. */
export interface NumberedPage {
  readonly page: number;
  readonly limit: number;
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
