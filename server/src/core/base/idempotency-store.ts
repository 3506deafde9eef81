/** Queries for requests that a client may repeat with an idempotency key. */
export interface IdempotencyQueries {
  /**
   * Reserves the key for this request. Returns null if the key was free, or otherwise the request that holds it. A key
   * becomes free if it was reserved before `forgetBefore`, or if its request is unfinished, has changed nothing and
   * began before `abandonedBefore`. Keeps the newest 10,000 keys per organization.
   */
  take(
    request: IdempotentRequest,
    limits: { readonly forgetBefore: Date; readonly abandonedBefore: Date },
  ): Promise<KnownRequest | null>;
  /** Stores the response, unless another request has taken the key. */
  finish(holder: ReservedKey, answer: IdempotentAnswer): Promise<void>;
  /**
   * Releases the key of an unfinished request that failed. With `keepsChanges`, a request that has changed something keeps
   * its key. A finished request keeps its key.
   */
  release(holder: ReservedKey, options: { readonly keepsChanges: boolean }): Promise<void>;
  deleteBefore(at: Date): Promise<number>;
}

/** Key that a request reserved, and when. */
export interface ReservedKey extends IdempotencyHolder {
  readonly at: Date;
}

/** Request that holds a key while a server handles it. */
export interface KeyedRequest extends ReservedKey {
  /** True once the response is sent. Work that the request started may continue. */
  hasEnded: boolean;
}

/** Owner and key. Keys are separate per user and per organization. */
export interface IdempotencyHolder {
  readonly organizationId: string;
  readonly userId: string;
  readonly key: string;
}

export interface IdempotentRequest extends ReservedKey {
  /** SHA-256 of the request. */
  readonly hash: Buffer;
}

export interface IdempotentAnswer {
  readonly status: number;
  /** Response body, or null if it is not stored. */
  readonly body: string | null;
}

export interface KnownRequest {
  readonly hash: Buffer;
  /** Time at which the request reserved the key. */
  readonly at: Date;
  /** Response, or null if the request has not finished. */
  readonly answer: IdempotentAnswer | null;
  /** True if the request began before `abandonedBefore`, and has changes, but no response. */
  readonly isInterrupted: boolean;
}
