/** API request that work goes back to. Messages keep it for the log lines and the trace of their turns. */
export interface RequestOrigin {
  /** ID of the request in the response and in the log, with at most 128 characters. */
  readonly id: string;
  /**
   * Trace and span of the request, as in the header `traceparent` (W3C Trace Context, level 1), or null if the server that
   * received the request records no traces.
   */
  readonly traceparent: string | null;
}
