/** An active turn, as the watchdog sees it. */
export interface WatchedTurn {
  readonly startedAt: Date | null;
  readonly stopRequestedAt: Date | null;
  /** The turn has no placement if an earlier release enqueued it. */
  readonly place:
    | { readonly kind: "none" }
    | { readonly kind: "waiting" }
    | { readonly kind: "placed"; readonly forMs: number };
}
