import { eventData } from "@tembo/contract";
import { createFirstMember } from "../core/accounts/member/first-member.ts";
import { type Clock, type Logger, newId, type TurnLease } from "../core/base/index.ts";
import { defaultRepositorySettings, type PullRequest, type Repository } from "../core/forges/index.ts";
import type { Diff, Message, Session, SessionRepository } from "../core/sessions/index.ts";
import { newMessage } from "../core/sessions/message/new-message.ts";
import { defaultMessageOptions } from "../core/sessions/session/read-agent-options.ts";
import { type CreatedStore, createStore } from "../store/create-store.ts";
import { createMigratedTestDatabase, type TestDatabase } from "./test-database.ts";

/** Store with a new database and one organization, and methods to add data. */
export interface TestStore extends CreatedStore {
  readonly database: TestDatabase;
  readonly organizationId: string;
  /** ID of an admin of the organization. */
  readonly userId: string;
  /** Clock that does not advance unless a test sets it. */
  readonly clock: Clock & { set(at: Date): void };
  readonly warnings: string[];
  /** Adds another organization, without members. */
  addOrganization(): Promise<string>;
  addRepository(change?: Partial<Repository>): Promise<Repository>;
  addSession(change?: Partial<Session>, repositories?: readonly Repository[]): Promise<Session>;
  addMessage(sessionId: string, content?: string, sentByKeyId?: string): Promise<string>;
  /** Adds a queued turn with its own message. */
  addTurn(sessionId: string): Promise<string>;
  /** Adds a turn to the session and claims it. */
  startTurn(sessionId: string): Promise<TurnLease>;
  drop(): Promise<void>;
}

export const someTime = new Date("2026-01-02T03:04:05.678Z");

export async function openTestStore({
  repositoryKey = (url: string) => url.toLowerCase().replace(/(\.git)?\/?$/, ""),
}: {
  readonly repositoryKey?: (url: string) => string;
} = {}): Promise<TestStore> {
  const database = await createMigratedTestDatabase();
  let now = someTime;
  const clock = {
    now: () => now,
    set(at: Date) {
      now = at;
    },
  };
  const warnings: string[] = [];
  const log: Logger = { info: () => {}, error: () => {}, warn: (_, message) => void warnings.push(message) };
  const created = createStore({
    pool: database.pool,
    log,
    clock,
    repositoryKey,
    checkEvent: (data) => void eventData.parse(data),
  });
  const { store } = created;
  const organizationId = newId();
  await store.organizations.insert({ id: organizationId, name: "Test" });
  // This is the user's first membership. Memberships that are created later with the same clock have greater IDs.
  const ids = { user: newId(), member: newId(someTime.getTime() - 1) };
  const userId = await createFirstMember({ store, clock }, organizationId, ids);

  const testStore: TestStore = {
    ...created,
    database,
    organizationId,
    userId,
    clock,
    warnings,
    async addOrganization() {
      const id = newId();
      await store.organizations.insert({ id, name: "Other" });
      return id;
    },
    async addRepository(change) {
      const repository = aRepository({ organizationId, ...change });
      await store.repositories.insert(repository);
      return repository;
    },
    async addSession(change, repositories = []) {
      const session = aSession({ organizationId, ...change });
      await store.newSessions.insert(
        session,
        repositories.map((repository) => asUsedIn(session, repository)),
      );
      return store.sessions.get(session.id);
    },
    async addMessage(sessionId, content = "Please", sentByKeyId) {
      const id = newId();
      await store.messages.insert(
        aMessage({
          id,
          sessionId,
          content,
          createdAt: clock.now(),
          ...(sentByKeyId !== undefined && { sentByKeyId }),
        }),
      );
      return id;
    },
    async addTurn(sessionId) {
      const turn = { id: newId(), sessionId, messageId: await testStore.addMessage(sessionId) };
      await store.turns.insert(turn, clock.now());
      return turn.id;
    },
    async startTurn(sessionId) {
      const turnId = await testStore.addTurn(sessionId);
      await store.turns.claim(turnId, clock.now());
      return { turnId, sessionId, attempt: 1 };
    },
    async drop() {
      await created.close();
      await database.drop();
    },
  };
  return testStore;
}

export const aMessage = (change: Pick<Message, "sessionId"> & Partial<Message>): Message =>
  newMessage({ id: newId(), content: "Please", createdAt: someTime, ...change });

export function aRepository(change: Partial<Repository> & { organizationId: string }): Repository {
  const id = newId();
  return {
    id,
    forge: "local",
    integrationId: null,
    externalId: null,
    owner: "acme",
    name: `shop-${id}`,
    connectedUrl: null,
    description: null,
    defaultBranch: "main",
    isArchived: false,
    settings: defaultRepositorySettings,
    enabledAt: someTime,
    createdAt: someTime,
    updatedAt: someTime,
    ...change,
  };
}

export function aSession(change: Partial<Session> & { organizationId: string }): Session {
  return {
    id: newId(),
    number: 0,
    title: "Fix the login",
    prompt: "Fix the login. It fails.",
    description: null,
    harness: "claudeCode",
    model: "claude-opus-4-5",
    provider: null,
    branchName: "tembo/fix-the-login",
    targetBranch: null,
    baseBranch: null,
    status: "draft",
    createdAt: someTime,
    updatedAt: someTime,
    lastQueuedAt: null,
    sandboxSize: "small",
    projectId: null,
    snapshotId: null,
    options: defaultMessageOptions,
    runsOn: null,
    egress: null,
    budgetMicroUsd: null,
    source: null,
    visibility: "public",
    isPinned: false,
    archivedAt: null,
    level: 0,
    createdByKeyId: null,
    richContent: null,
    sourcePullRequestId: null,
    ...change,
  };
}

export const asUsedIn = (session: Session, repository: Repository): SessionRepository => ({
  sessionId: session.id,
  repositoryId: repository.id,
  directory: repository.name,
  branchName: session.branchName,
  targetBranch: repository.defaultBranch,
  baseBranch: null,
  baseSha: null,
});

export const aDiff = (change: Pick<Diff, "sessionId" | "repositoryId"> & Partial<Diff>): Diff => ({
  id: newId(),
  root: "shop",
  branch: "tembo/fix-the-login",
  baseSha: null,
  headSha: "b".repeat(40),
  additions: 1,
  deletions: 0,
  changedFiles: 1,
  capturedAt: someTime,
  ...change,
});

export const aPullRequest = (
  change: Pick<PullRequest, "organizationId" | "sessionId" | "repositoryId"> & Partial<PullRequest>,
): PullRequest => ({
  id: newId(),
  number: 1,
  externalId: "1",
  isDraft: false,
  isFromFork: false,
  mergeability: "unknown",
  author: null,
  reviewers: [],
  checks: { state: "none", failed: [] },
  forgeUpdatedAt: someTime,
  url: "http://127.0.0.1/acme/shop/pulls/1",
  title: "Fix the login",
  body: "",
  status: "open",
  headBranch: "tembo/fix-the-login",
  baseBranch: "main",
  headSha: "b".repeat(40),
  additions: 1,
  deletions: 0,
  mergedAt: null,
  createdAt: someTime,
  updatedAt: someTime,
  ...change,
});

/** Polls until the result is neither undefined nor false, and returns the result. Only the test's time limit stops the polling. */
export async function until<T>(ask: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
