import type { RequestOptions } from "../options.ts";
import type { WireQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { StreamParts } from "../stream/follow-stream.ts";
import { type SessionWaitOptions, waitForSession } from "../stream/wait-for-session.ts";
import { readWire, type WireOptions } from "../stream/wire.ts";
import { Terminal, type TerminalOptions } from "../terminal/terminal.ts";
import { pathOf } from "../transport.ts";
import type {
  Deleted,
  KeepAlive,
  Session,
  SessionAttempts,
  SessionAuthor,
  SessionForkBody,
  SessionPreparation,
  SessionUpdateBody,
  StopResult,
  TerminalTicket,
  WireRecord,
} from "../types.ts";
import { SessionPermissions, SessionPlan, SessionQuestions } from "./decisions.ts";
import { SessionDiffs } from "./diffs.ts";
import { SessionMessages } from "./messages.ts";
import { SessionPreviews } from "./previews.ts";
import { SessionServices } from "./services.ts";
import { SessionFiles } from "./session-files.ts";
import { SessionWorkspace } from "./workspace.ts";

/** Operations on a session with a known ID. They accept sessions created with either generation of the API. */
export class SessionById {
  readonly messages: SessionMessages;
  readonly diffs: SessionDiffs;
  readonly files: SessionFiles;
  readonly permissions: SessionPermissions;
  readonly questions: SessionQuestions;
  readonly plan: SessionPlan;
  readonly previews: SessionPreviews;
  readonly services: SessionServices;
  readonly workspace: SessionWorkspace;
  readonly #parts: StreamParts;

  constructor(parts: StreamParts) {
    const { transport } = parts;
    this.#parts = parts;
    this.messages = new SessionMessages(transport);
    this.diffs = new SessionDiffs(transport);
    this.files = new SessionFiles(transport);
    this.permissions = new SessionPermissions(transport);
    this.questions = new SessionQuestions(transport);
    this.plan = new SessionPlan(transport);
    this.previews = new SessionPreviews(transport);
    this.services = new SessionServices(parts);
    this.workspace = new SessionWorkspace(transport);
  }

  retrieve(sessionId: string, options?: RequestOptions): APIPromise<Session> {
    const path = pathOf`/v1/sessions/${sessionId}`;
    return this.#parts.transport.json({ method: "GET", path }, options);
  }

  /** Updates a session. `archived` archives or restores it. A new message also restores it. */
  update(sessionId: string, body: SessionUpdateBody, options?: RequestOptions): APIPromise<Session> {
    const path = pathOf`/v1/sessions/${sessionId}`;
    return this.#parts.transport.json({ method: "PATCH", path, body }, options);
  }

  /** Returns the attempts at the session's task. Throws `ConflictError` if it is not one of several attempts. */
  attempts(sessionId: string, options?: RequestOptions): APIPromise<SessionAttempts> {
    const path = pathOf`/v1/sessions/${sessionId}/attempts`;
    return this.#parts.transport.json({ method: "GET", path }, options);
  }

  /**
   * Keeps one of several attempts. The server stops and archives the others and closes their pull requests. It may still do
   * so when the request returns: `attempts` shows the result. Throws `ConflictError` if another attempt was kept.
   */
  keep(sessionId: string, options?: RequestOptions): APIPromise<SessionAttempts> {
    const path = pathOf`/v1/sessions/${sessionId}/keep`;
    return this.#parts.transport.json({ method: "POST", path }, options);
  }

  /** Deletes the session and its workspace. Pushed work remains. */
  delete(sessionId: string, options?: RequestOptions): APIPromise<Deleted> {
    const path = pathOf`/v1/sessions/${sessionId}`;
    return this.#parts.transport.json({ method: "DELETE", path }, options);
  }

  /** Creates a new session that continues from this one. */
  fork(sessionId: string, body?: SessionForkBody | null, options?: RequestOptions): APIPromise<Session> {
    const path = pathOf`/v1/sessions/${sessionId}/fork`;
    return this.#parts.transport.json({ method: "POST", path, body: body ?? {} }, options);
  }

  /**
   * Requests a stop of the session's current turn. Queued messages remain, and the next one then starts. With
   * `cancelQueued`, the queue is cleared too.
   */
  stop(
    sessionId: string,
    query?: { readonly cancelQueued?: boolean } | null,
    options?: RequestOptions,
  ): APIPromise<StopResult> {
    const path = pathOf`/v1/sessions/${sessionId}/stop`;
    return this.#parts.transport.json({ method: "POST", path, query: query ?? {} }, options);
  }

  /**
   * Resolves with the session when it is idle: `state.current` is `completed`, `failed` or `cancelled`, and no message
   * is queued. A draft is not idle, and neither is a session that needs a person's decision during a turn.
   *
   * Watches the event stream, and polls if there is no stream. Throws `WaitTimeoutError` on timeout,
   * `APIUserAbortError` if the signal aborts, or the errors of `retrieve`.
   */
  wait(sessionId: string, options?: SessionWaitOptions): Promise<Session> {
    return waitForSession(this.#parts, sessionId, options);
  }

  /** Prepares the session's sandbox and harness while a person writes the next message. */
  prepareReply(sessionId: string, options?: RequestOptions): APIPromise<SessionPreparation> {
    const path = pathOf`/v1/sessions/${sessionId}/prepare`;
    return this.#parts.transport.json({ method: "POST", path }, options);
  }

  /**
   * Keeps the sandbox running for the next message, for 0 to 1,440 minutes from now. With 0, an idle sandbox may stop
   * immediately.
   */
  keepAlive(sessionId: string, minutes: number, options?: RequestOptions): APIPromise<KeepAlive> {
    const path = pathOf`/v1/sessions/${sessionId}/keep-alive`;
    return this.#parts.transport.json({ method: "POST", path, body: { minutes } }, options);
  }

  /** Returns whether a running sandbox waits for the next message, and the time at which it stops. */
  retrieveKeepAlive(sessionId: string, options?: RequestOptions): APIPromise<KeepAlive> {
    const path = pathOf`/v1/sessions/${sessionId}/keep-alive`;
    return this.#parts.transport.json({ method: "GET", path }, options);
  }

  /**
   * Returns the session's author, and whether the caller is that author. Only the author can make the session private.
   */
  author(sessionId: string, options?: RequestOptions): APIPromise<SessionAuthor> {
    return this.#parts.transport.json(
      { method: "GET", path: pathOf`/v1/sessions/${sessionId}/author` },
      options,
    );
  }

  /**
   * Opens a shell in the session's sandbox. A sandbox runs during a turn and for a while after it. Throws
   * `ConflictError` if no sandbox is running, or `TemboError` if no WebSocket is available.
   */
  async terminal(
    sessionId: string,
    { rows = 24, columns = 80, signal }: TerminalOptions = {},
  ): Promise<Terminal> {
    const { transport, runtime } = this.#parts;
    const open = transport.webSockets();
    const { ticket } = await this.authorizeTerminal(sessionId, { signal, maxRetries: 0 });
    const query = new URLSearchParams({ ticket, rows: String(rows), columns: String(columns) });
    const socket = open(`${pathOf`/v1/sessions/${sessionId}/terminal`}?${query}`);
    return Terminal.connect(socket, runtime, signal);
  }

  /**
   * Creates a ticket for a terminal that you open yourself. The ticket opens one WebSocket within 30 seconds: `GET <the
   * same path>?ticket=`.
   */
  authorizeTerminal(sessionId: string, options?: RequestOptions): APIPromise<TerminalTicket> {
    const path = pathOf`/v1/sessions/${sessionId}/terminal`;
    return this.#parts.transport.json({ method: "POST", path }, options);
  }

  /**
   * Streams the protocol log: the messages between the session's harness and its driver, for one turn or for all turns.
   * The server stores logs for 14 days.
   */
  wire(
    sessionId: string,
    query?: WireQuery | null,
    options?: WireOptions,
  ): AsyncGenerator<WireRecord, void, undefined> {
    return readWire(this.#parts.transport, sessionId, query ?? {}, options ?? {});
  }
}
