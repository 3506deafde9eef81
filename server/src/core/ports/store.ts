import type { ApiKey } from "../api-key/api-key.ts";
import type { EgressSetting } from "../egress/egress-policy.ts";
import type { NewEvent, SessionEvent } from "../event/event.ts";
import type { Message } from "../message/message.ts";
import type { Organization } from "../organization/organization.ts";
import type { PullRequest } from "../pull-request/pull-request.ts";
import type { Repository } from "../repository/repository.ts";
import type { Secret } from "../secret/secret.ts";
import type { Diff } from "../session/diff.ts";
import type { Session, SessionRepository, SessionStatus } from "../session/session.ts";
import type { Turn, TurnError, TurnLease } from "../turn/turn.ts";
import type { Spent } from "../usage/decide-budget.ts";
import type { Budget, ModelUsage, UsageTotal } from "../usage/usage.ts";
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
  readonly organizations: {
    /** The first one made, or null in an empty database. */
    findFirst(): Promise<{ readonly id: string } | null>;
    insert(organization: { readonly id: string; readonly name: string }): Promise<void>;
    find(id: string): Promise<Organization | null>;
    setEgress(id: string, egress: EgressSetting): Promise<void>;
    setBudget(id: string, budget: Budget): Promise<void>;
    /** Lays these over the stored ones; null takes one away. */
    mergeSettings(id: string, changes: Readonly<Record<string, unknown>>): Promise<void>;
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
    /** For the git server: the local repository at this path, whoever owns it. */
    findLocal(owner: string, name: string): Promise<Repository | null>;
    list(
      organizationId: string,
      page: CursorPage & { readonly search?: string; readonly order: "asc" | "desc" },
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
    setStatus(id: string, status: SessionStatus, at: Date): Promise<void>;
    setTitle(lease: TurnLease, title: string): Promise<void>;
    setConversation(lease: TurnLease, conversationId: string): Promise<void>;
    setBaseSha(lease: TurnLease, repositoryId: string, baseSha: string | null): Promise<void>;
  };
  readonly messages: {
    insert(message: Message): Promise<void>;
    get(id: string): Promise<Message>;
    /** The oldest one that no turn has taken. */
    nextQueued(sessionId: string): Promise<Message | null>;
    setTurn(id: string, turnId: string): Promise<void>;
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
    find(organizationId: string, id: string): Promise<PullRequest | null>;
    ofSession(sessionId: string): Promise<PullRequest[]>;
    list(
      organizationId: string,
      page: CursorPage & { readonly status?: PullRequest["status"]; readonly search?: string },
    ): Promise<Page<PullRequest>>;
  };
  readonly usage: {
    /** Adds one answer to the sums of its turn and model. The one that was added last counts once, however often it is added. */
    add(of: UsageOwner, usage: ModelUsage, at: Date): Promise<void>;
    ofTurn(turnId: string): Promise<UsageTotal>;
    ofSession(sessionId: string): Promise<UsageTotal>;
    /** Of turns whose first answer came at `since` or later. */
    ofOrganization(organizationId: string, since: Date): Promise<UsageTotal>;
    /** What budgets are held against: of the whole session, and of the organization since a date. */
    spent(of: {
      readonly sessionId: string;
      readonly organizationId: string;
      readonly since: Date;
    }): Promise<Spent>;
  };
  readonly localPullRequests: {
    findOpen(repositoryId: string, head: string, base: string): Promise<LocalPullRequest | null>;
    find(repositoryId: string, number: number): Promise<LocalPullRequest | null>;
    /** Numbers it within the repository. An open one for the same head and base is returned instead. */
    insert(pullRequest: {
      readonly repositoryId: string;
      readonly title: string;
      readonly body: string;
      readonly head: string;
      readonly base: string;
    }): Promise<LocalPullRequest>;
    update(
      repositoryId: string,
      number: number,
      change: { readonly title?: string; readonly body?: string },
    ): Promise<LocalPullRequest | null>;
  };
}

export interface SealedSecret {
  readonly secret: Secret;
  readonly sealed: Sealed;
}

/** What is kept sealed beside the secrets of the organization's people. */
export interface CredentialName {
  /** `provider`: a setting that holds a provider's key. `authority`: the egress door's certificate authority. */
  readonly kind: "provider" | "authority";
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

/** The local forge's own record of a pull request. */
export interface LocalPullRequest {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly status: "open" | "merged" | "closed";
  readonly head: string;
  readonly base: string;
  readonly mergedAt: Date | null;
}

export type TurnEnd =
  | { readonly status: "completed" | "cancelled" }
  | { readonly status: "failed"; readonly error: TurnError };

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
