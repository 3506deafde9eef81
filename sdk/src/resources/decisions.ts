import type { RequestOptions } from "../options.ts";
import type { AskQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type {
  Permission,
  PermissionAnswerBody,
  PermissionList,
  Plan,
  PlanApproveBody,
  PlanRejectBody,
  PlanUpdateBody,
  Question,
  QuestionList,
} from "../types.ts";

/** What an agent asks to be allowed while it works. */
export class SessionPermissions {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Newest first. */
  list(sessionId: string, query?: AskQuery | null, options?: RequestOptions): PagePromise<PermissionList> {
    const path = pathOf`/v1/sessions/${sessionId}/permissions`;
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  /** Allows or denies it; the agent, which waits for this, goes on. */
  answer(
    sessionId: string,
    permissionId: string,
    body: PermissionAnswerBody,
    options?: RequestOptions,
  ): APIPromise<Permission> {
    const path = pathOf`/v1/sessions/${sessionId}/permissions/${permissionId}`;
    return this.#transport.json({ method: "POST", path, body }, options);
  }
}

/** What an agent asks in words while it works. */
export class SessionQuestions {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Newest first. */
  list(sessionId: string, query?: AskQuery | null, options?: RequestOptions): PagePromise<QuestionList> {
    const path = pathOf`/v1/sessions/${sessionId}/questions`;
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  answer(
    sessionId: string,
    questionId: string,
    answer: string,
    options?: RequestOptions,
  ): APIPromise<Question> {
    const path = pathOf`/v1/sessions/${sessionId}/questions/${questionId}`;
    return this.#transport.json({ method: "POST", path, body: { answer } }, options);
  }
}

/** What a session's planning ended with. */
export class SessionPlan {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The newest one. */
  retrieve(sessionId: string, options?: RequestOptions): APIPromise<Plan> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/sessions/${sessionId}/plan` }, options);
  }

  /** Words it anew. */
  update(sessionId: string, body: PlanUpdateBody, options?: RequestOptions): APIPromise<Plan> {
    const path = pathOf`/v1/sessions/${sessionId}/plan`;
    return this.#transport.json({ method: "PATCH", path, body }, options);
  }

  /** Has it carried out as the session's next message; approved again, it is the same message. */
  approve(sessionId: string, body?: PlanApproveBody | null, options?: RequestOptions): APIPromise<Plan> {
    const path = pathOf`/v1/sessions/${sessionId}/plan/approve`;
    return this.#transport.json({ method: "POST", path, body: body ?? {} }, options);
  }

  /** Sends it back; the session makes another. */
  reject(sessionId: string, body: PlanRejectBody, options?: RequestOptions): APIPromise<Plan> {
    const path = pathOf`/v1/sessions/${sessionId}/plan/reject`;
    return this.#transport.json({ method: "POST", path, body }, options);
  }
}
