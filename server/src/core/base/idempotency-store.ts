/** Requests that a client may send again under a key of its own. */
export interface IdempotencyQueries {
  /**
   * Takes the key for this request, unless it is taken: then what is known of the one that has it. Keys taken before `forgetBefore` are
   * free again, and so is one whose request was not finished and began before `abandonedBefore`. An organization keeps the latest 10,000.
   */
  take(
    request: IdempotentRequest,
    limits: { readonly forgetBefore: Date; readonly abandonedBefore: Date },
  ): Promise<KnownRequest | null>;
  finish(holder: IdempotencyHolder, answer: IdempotentAnswer): Promise<void>;
  /** The request failed and changed nothing that lasts: the key is free. One that was finished stays. */
  release(holder: IdempotencyHolder): Promise<void>;
  deleteBefore(at: Date): Promise<number>;
}

/** Keys of other people, and of the same person in another organization, are apart. */
export interface IdempotencyHolder {
  readonly organizationId: string;
  readonly userId: string;
  readonly key: string;
}

export interface IdempotentRequest extends IdempotencyHolder {
  /** SHA-256 of what was asked. */
  readonly hash: Buffer;
  readonly at: Date;
}

export interface IdempotentAnswer {
  readonly status: number;
  /** Its body; null when it is not kept. */
  readonly body: string | null;
}

export interface KnownRequest {
  readonly hash: Buffer;
  /** When the key was taken for it. */
  readonly at: Date;
  /** Null while the request is worked. */
  readonly answer: IdempotentAnswer | null;
}
