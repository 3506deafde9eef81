/** API request that sends a message. The message keeps it for the log lines and the trace of its turn. */
export interface RequestOrigin {
  /** ID of the request in the response and in the log, with at most 128 characters. */
  readonly id: string;
  /**
   * Trace and span of the request, as in the header `traceparent` (W3C Trace Context, level 1), or null if the server that
   * received the request records no traces.
   */
  readonly traceparent: string | null;
}

/** Sender of an API request. */
export interface RequestSender {
  /** ID of the API key or sign-in. */
  readonly keyId: string;
  readonly request: RequestOrigin;
}
