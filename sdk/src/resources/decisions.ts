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

export class SessionPermissions {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists permission requests, newest first. */
  list(sessionId: string, query?: AskQuery | null, options?: RequestOptions): PagePromise<PermissionList> {
    const path = pathOf`/v1/sessions/${sessionId}/permissions`;
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  /** Allows or denies the request. The waiting agent then continues. */
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

/** Questions that agents ask people. */
export class SessionQuestions {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists questions, newest first. */
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

export class SessionPlan {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Returns the newest plan. */
  retrieve(sessionId: string, options?: RequestOptions): APIPromise<Plan> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/sessions/${sessionId}/plan` }, options);
  }

  /** Replaces the text of the newest plan. */
  update(sessionId: string, body: PlanUpdateBody, options?: RequestOptions): APIPromise<Plan> {
    const path = pathOf`/v1/sessions/${sessionId}/plan`;
    return this.#transport.json({ method: "PATCH", path, body }, options);
  }

  /**
   * Approves the plan and sends it to the session as its next message. Approving the plan again returns the same
   * message.
   */
  approve(sessionId: string, body?: PlanApproveBody | null, options?: RequestOptions): APIPromise<Plan> {
    const path = pathOf`/v1/sessions/${sessionId}/plan/approve`;
    return this.#transport.json({ method: "POST", path, body: body ?? {} }, options);
  }

  /** Rejects the plan. The agent then makes a new plan. */
  reject(sessionId: string, body: PlanRejectBody, options?: RequestOptions): APIPromise<Plan> {
    const path = pathOf`/v1/sessions/${sessionId}/plan/reject`;
    return this.#transport.json({ method: "POST", path, body }, options);
  }
}
