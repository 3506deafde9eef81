import type { RequestOptions } from "../options.ts";
import type {
  DiffQuery,
  EventQuery,
  PageQuery,
  SearchQuery,
  SessionPageQueryInput,
  SessionSourceQueryInput,
  WireQuery,
} from "../queries.ts";
import type { Runtime } from "../runtime.ts";
import { followSession, type SessionEventsOptions } from "../session-events.ts";
import { pathOf, type Transport } from "../transport.ts";
import type {
  Deleted,
  KeepAlive,
  LegacySession,
  Session,
  SessionCreateBody,
  SessionDiffList,
  SessionDiffWithData,
  SessionEvent,
  SessionEventList,
  SessionForkBody,
  SessionList,
  SessionMakeBody,
  SessionPage,
  SessionSearch,
  SessionSource,
  SessionSourceList,
  SessionUpdateBody,
  StopResult,
  WireRecord,
} from "../types.ts";
import { readWire, type WireOptions } from "../wire.ts";
import { SessionPermissions, SessionPlan, SessionQuestions } from "./decisions.ts";
import { SessionMessages } from "./messages.ts";
import { SessionFiles } from "./session-files.ts";

/** Sessions: the conversations in which agents work. */
export class SessionResource {
  readonly messages: SessionMessages;
  readonly diffs: SessionDiffs;
  readonly files: SessionFiles;
  readonly permissions: SessionPermissions;
  readonly questions: SessionQuestions;
  readonly plan: SessionPlan;
  readonly #transport: Transport;
  readonly #runtime: Runtime;

  constructor(transport: Transport, runtime: Runtime) {
    this.#transport = transport;
    this.#runtime = runtime;
    this.messages = new SessionMessages(transport);
    this.diffs = new SessionDiffs(transport);
    this.files = new SessionFiles(transport);
    this.permissions = new SessionPermissions(transport);
    this.questions = new SessionQuestions(transport);
    this.plan = new SessionPlan(transport);
  }

  /** Hands a task to an agent. */
  create(body: SessionCreateBody, options?: RequestOptions): Promise<LegacySession> {
    return this.#transport.json({ method: "POST", path: "/session/create", body }, options);
  }

  /** Newest first. */
  list(query?: PageQuery | null, options?: RequestOptions): Promise<SessionList> {
    return this.#transport.json({ method: "GET", path: "/session/list", query: query ?? {} }, options);
  }

  /** Searches title and description. */
  search(query: SearchQuery, options?: RequestOptions): Promise<SessionSearch> {
    return this.#transport.json({ method: "GET", path: "/session/search", query }, options);
  }

  /** Latest first, or with `search` best first; `nextCursor` leads to the next page of the same filters. */
  listPage(query?: SessionPageQueryInput | null, options?: RequestOptions): Promise<SessionPage> {
    return this.#transport.json({ method: "GET", path: "/v1/sessions", query: query ?? {} }, options);
  }

  /** Creates a session as the v1 generation does: with an id of your own the same body again answers the same session. */
  make(body: SessionMakeBody, options?: RequestOptions): Promise<Session> {
    return this.#transport.json({ method: "POST", path: "/v1/sessions", body }, options);
  }

  update(sessionId: string, body: SessionUpdateBody, options?: RequestOptions): Promise<Session> {
    const path = pathOf`/v1/sessions/${sessionId}`;
    return this.#transport.json({ method: "PATCH", path, body }, options);
  }

  /** Deletes the session and its workspace; what was pushed stays. */
  delete(sessionId: string, options?: RequestOptions): Promise<Deleted> {
    return this.#transport.json({ method: "DELETE", path: pathOf`/v1/sessions/${sessionId}` }, options);
  }

  /** A new session that goes on from this one. */
  fork(sessionId: string, body?: SessionForkBody | null, options?: RequestOptions): Promise<Session> {
    const path = pathOf`/v1/sessions/${sessionId}/fork`;
    return this.#transport.json({ method: "POST", path, body: body ?? {} }, options);
  }

  /** Where sessions come from. */
  listSources(query?: SessionSourceQueryInput | null, options?: RequestOptions): Promise<SessionSourceList> {
    const path = "/v1/sessions/sources";
    return this.#transport.json({ method: "GET", path, query: query ?? {} }, options);
  }

  retrieveSource(sourceId: string, options?: RequestOptions): Promise<SessionSource> {
    const path = pathOf`/v1/sessions/sources/${sourceId}`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  retrieve(sessionId: string, options?: RequestOptions): Promise<Session> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/sessions/${sessionId}` }, options);
  }

  /** Stops what the session is working on. */
  stop(sessionId: string, options?: RequestOptions): Promise<StopResult> {
    return this.#transport.json({ method: "POST", path: pathOf`/session/${sessionId}/stop` }, options);
  }

  /** Says how many minutes from now the sandbox stays up for the next message, 0 to 1,440; 0 lets an idle one stop at once. */
  keepAlive(sessionId: string, minutes: number, options?: RequestOptions): Promise<KeepAlive> {
    const path = pathOf`/v1/sessions/${sessionId}/keep-alive`;
    return this.#transport.json({ method: "POST", path, body: { minutes } }, options);
  }

  /** Whether the sandbox is up and waits for the next message, and until when. */
  retrieveKeepAlive(sessionId: string, options?: RequestOptions): Promise<KeepAlive> {
    return this.#transport.json(
      { method: "GET", path: pathOf`/v1/sessions/${sessionId}/keep-alive` },
      options,
    );
  }

  /** One page of the recorded events, oldest first; `events` follows them instead. */
  listEvents(
    sessionId: string,
    query?: EventQuery | null,
    options?: RequestOptions,
  ): Promise<SessionEventList> {
    const path = pathOf`/v1/sessions/${sessionId}/events`;
    return this.#transport.json({ method: "GET", path, query: query ?? {} }, options);
  }

  /** Yields every event of the session once and in order, and goes on with new ones until the signal aborts or the loop is left. */
  events(sessionId: string, options?: SessionEventsOptions): AsyncGenerator<SessionEvent, void, undefined> {
    return followSession({ transport: this.#transport, runtime: this.#runtime }, sessionId, options);
  }

  /** What the session's harness and its driver said to each other, of one turn or of all. Kept for 14 days. */
  wire(
    sessionId: string,
    query?: WireQuery | null,
    options?: WireOptions,
  ): AsyncGenerator<WireRecord, void, undefined> {
    return readWire(this.#transport, sessionId, query ?? {}, options ?? {});
  }
}

export class SessionDiffs {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** What the session changed, one diff per repository, without the patches. */
  list(sessionId: string, query?: DiffQuery | null, options?: RequestOptions): Promise<SessionDiffList> {
    const path = pathOf`/v1/sessions/${sessionId}/diffs`;
    return this.#transport.json({ method: "GET", path, query: query ?? {} }, options);
  }

  /** One diff with its patch in `data`. */
  retrieve(sessionId: string, diffId: string, options?: RequestOptions): Promise<SessionDiffWithData> {
    return this.#transport.json(
      { method: "GET", path: pathOf`/v1/sessions/${sessionId}/diffs/${diffId}` },
      options,
    );
  }
}
