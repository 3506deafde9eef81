import type { RequestOptions } from "../options.ts";
import type { WireQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { StreamParts } from "../stream/follow-session.ts";
import { type SessionWaitOptions, waitForSession } from "../stream/wait-for-session.ts";
import { readWire, type WireOptions } from "../stream/wire.ts";
import { Terminal, type TerminalOptions } from "../terminal/terminal.ts";
import { pathOf } from "../transport.ts";
import type {
  Deleted,
  KeepAlive,
  LiveTicket,
  Session,
  SessionAuthor,
  SessionForkBody,
  SessionUpdateBody,
  StopResult,
  WireRecord,
} from "../types.ts";
import { SessionPermissions, SessionPlan, SessionQuestions } from "./decisions.ts";
import { SessionDiffs } from "./diffs.ts";
import { SessionMessages } from "./messages.ts";
import { SessionFiles } from "./session-files.ts";

/** What is done with a session that one has the id of: alike for sessions of both generations of the API. */
export class SessionById {
  readonly messages: SessionMessages;
  readonly diffs: SessionDiffs;
  readonly files: SessionFiles;
  readonly permissions: SessionPermissions;
  readonly questions: SessionQuestions;
  readonly plan: SessionPlan;
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
  }

  retrieve(sessionId: string, options?: RequestOptions): APIPromise<Session> {
    const path = pathOf`/v1/sessions/${sessionId}`;
    return this.#parts.transport.json({ method: "GET", path }, options);
  }

  update(sessionId: string, body: SessionUpdateBody, options?: RequestOptions): APIPromise<Session> {
    const path = pathOf`/v1/sessions/${sessionId}`;
    return this.#parts.transport.json({ method: "PATCH", path, body }, options);
  }

  /** Deletes the session and its workspace; what was pushed stays. */
  delete(sessionId: string, options?: RequestOptions): APIPromise<Deleted> {
    const path = pathOf`/v1/sessions/${sessionId}`;
    return this.#parts.transport.json({ method: "DELETE", path }, options);
  }

  /** A new session that goes on from this one. */
  fork(sessionId: string, body?: SessionForkBody | null, options?: RequestOptions): APIPromise<Session> {
    const path = pathOf`/v1/sessions/${sessionId}/fork`;
    return this.#parts.transport.json({ method: "POST", path, body: body ?? {} }, options);
  }

  /** Stops what the session is working on. */
  stop(sessionId: string, options?: RequestOptions): APIPromise<StopResult> {
    const path = pathOf`/session/${sessionId}/stop`;
    return this.#parts.transport.json({ method: "POST", path }, options);
  }

  /**
   * Resolves with the session when it rests: `state.current` is `completed`, `failed` or `cancelled`, and no message waits. One that asks
   * a person something goes on; a draft has not begun. Watches the stream of events, and asks now and then where there is none.
   * Throws `WaitTimeoutError` when time is up, `APIUserAbortError` when the signal aborts, and an `APIError` as `retrieve` does.
   */
  wait(sessionId: string, options?: SessionWaitOptions): Promise<Session> {
    return waitForSession(this.#parts, sessionId, options);
  }

  /** Says how many minutes from now the sandbox stays up for the next message, 0 to 1,440; 0 lets an idle one stop at once. */
  keepAlive(sessionId: string, minutes: number, options?: RequestOptions): APIPromise<KeepAlive> {
    const path = pathOf`/v1/sessions/${sessionId}/keep-alive`;
    return this.#parts.transport.json({ method: "POST", path, body: { minutes } }, options);
  }

  /** Whether the sandbox is up and waits for the next message, and until when. */
  retrieveKeepAlive(sessionId: string, options?: RequestOptions): APIPromise<KeepAlive> {
    const path = pathOf`/v1/sessions/${sessionId}/keep-alive`;
    return this.#parts.transport.json({ method: "GET", path }, options);
  }

  /** Who made the session, and whether that is who asks: they alone can make it private. */
  author(sessionId: string, options?: RequestOptions): APIPromise<SessionAuthor> {
    return this.#parts.transport.json(
      { method: "GET", path: pathOf`/v1/sessions/${sessionId}/author` },
      options,
    );
  }

  /**
   * Opens a shell in the session's sandbox. Throws `ConflictError` where none is up: while a turn works, and for a while after, one is; and
   * `TemboError` where there is no WebSocket.
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

  /** For a terminal of one's own: good for one within 30 seconds, a WebSocket to `GET <the same path>?ticket=`. */
  authorizeTerminal(sessionId: string, options?: RequestOptions): APIPromise<LiveTicket> {
    const path = pathOf`/v1/sessions/${sessionId}/terminal`;
    return this.#parts.transport.json({ method: "POST", path }, options);
  }

  /** What the session's harness and its driver said to each other, of one turn or of all. Kept for 14 days. */
  wire(
    sessionId: string,
    query?: WireQuery | null,
    options?: WireOptions,
  ): AsyncGenerator<WireRecord, void, undefined> {
    return readWire(this.#parts.transport, sessionId, query ?? {}, options ?? {});
  }
}
