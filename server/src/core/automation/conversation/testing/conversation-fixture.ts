import { newId, type TurnLease } from "../../../base/index.ts";
import type { AForgeKind } from "../../../forges/forge/testing/a-forge-kind.ts";
import {
  defaultIntegrationSettings,
  type ForgeComment,
  type ForgeEvent,
  type ForgeName,
  type ForgeThread,
  type Integration,
  type Repository,
} from "../../../forges/index.ts";
import { observedPullRequest } from "../../../forges/pull-request/observed-pull-request.ts";
import type { Ports } from "../../../ports.ts";
import type { Message, Session } from "../../../sessions/index.ts";
import { handleForgeEvent } from "../../reaction/handle-forge-event.ts";
import { conversationPorts } from "./conversation-ports.ts";
import {
  aForgeComment,
  aForgeIssue,
  aForgePullRequest,
  memoryForge,
  ourAccount,
  threadKey,
} from "./memory-forge.ts";

/** Time of the events and, by default, of the comments from `addComment`. */
export const talkTime = new Date("2026-01-02T03:04:05.678Z");
export const onPullRequest: ForgeThread = { kind: "pullRequest", number: 7 };
export const onIssue: ForgeThread = { kind: "issue", number: 12 };
export const about = {
  repository: { externalId: "1", owner: "acme", name: "shop", url: "https://forge.example/acme/shop" },
  actor: null,
  at: talkTime,
};

/** The parts of a test store that the fixture uses. */
interface TalkStore extends Pick<Ports, "store" | "clock"> {
  readonly organizationId: string;
  addRepository(change?: Partial<Repository>): Promise<Repository>;
  addSession(change?: Partial<Session>, repositories?: readonly Repository[]): Promise<Session>;
  startTurn(sessionId: string): Promise<TurnLease>;
}

/** Creates a repository, and an in-memory forge with pull request 7 and issue 12. */
export async function conversationFixture(
  t: TalkStore,
  options: {
    readonly name?: ForgeName;
    /** Overrides for the forge's descriptor. */
    readonly kind?: AForgeKind;
    readonly canReact?: boolean;
    readonly repository?: Partial<Repository>;
  } = {},
) {
  const memory = memoryForge(options);
  memory.pullRequests.set(7, aForgePullRequest());
  memory.issues.set(12, aForgeIssue());
  const repository = await t.addRepository(options.repository);
  const { ports, enqueued, warnings } = conversationPorts(t, memory.forge, {}, options.kind);
  const integration =
    options.name === undefined || options.name === "local"
      ? null
      : anIntegration(t.organizationId, options.name);
  const work = (event: ForgeEvent, deliveryId = newId()) =>
    handleForgeEvent(ports, { integration, repository, event, delivery: { id: deliveryId } });
  return {
    memory,
    repository,
    enqueued,
    warnings,
    work,
    /** Calls `work` and requires that the event is not postponed. */
    async handle(event: ForgeEvent, deliveryId?: string) {
      const handled = await work(event, deliveryId);
      if ("kind" in handled) throw new Error(`postponed for ${handled.afterMs} ms`);
      return handled;
    },
    /** Adds a comment, and returns the event that the forge sends for it. */
    addComment(thread: ForgeThread, change: Partial<ForgeComment> = {}) {
      const comment = aForgeComment({ createdAt: talkTime, ...change });
      const key = threadKey(thread);
      memory.threads.set(key, [...(memory.threads.get(key) ?? []), comment]);
      return { ...about, type: "comment.created", thread, comment } satisfies ForgeEvent;
    },
    /** Creates a session with pull request 7, whose turn has ended. */
    async sessionWithPullRequest(): Promise<Session> {
      const session = await t.addSession({ status: "completed" }, [repository]);
      const lease = await t.startTurn(session.id);
      const pullRequest = observedPullRequest(
        repository,
        aForgePullRequest({ author: ourAccount }),
        talkTime,
      );
      await t.store.pullRequests.save(lease, { ...pullRequest, sessionId: session.id });
      await t.store.turns.end(lease, { status: "completed" }, talkTime);
      return session;
    },
    /** Returns the messages that were queued in the session, in order. */
    async messagesOf(sessionId: string): Promise<Message[]> {
      const events = await t.store.events.list(sessionId, { afterSeq: 0, limit: 1000 });
      const ids = events.flatMap(({ data, messageId }) =>
        data.type === "message.queued" && messageId !== null ? [messageId] : [],
      );
      return Promise.all(ids.map((id) => t.store.messages.get(id)));
    },
  };
}

const anIntegration = (organizationId: string, forge: Integration["forge"]): Integration => ({
  id: newId(),
  organizationId,
  forge,
  displayName: "Forge",
  webUrl: "https://forge.example",
  apiUrl: "https://forge.example/api",
  account: ourAccount,
  settings: defaultIntegrationSettings,
  enabledAt: talkTime,
  lastSyncedAt: null,
  createdAt: talkTime,
  updatedAt: talkTime,
});
