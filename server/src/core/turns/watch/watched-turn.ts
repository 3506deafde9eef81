/** An active turn, as the watchdog sees it. */
export interface WatchedTurn {
  readonly startedAt: Date | null;
  readonly stopRequestedAt: Date | null;
  /**
   * The turn has no placement if an earlier release enqueued it. `forMs` is the time for which the machine has had the
   * turn and was there without a longer absence. It is 0 while the machine is absent.
   */
  readonly place:
    | { readonly kind: "none" }
    | { readonly kind: "waiting" }
    | { readonly kind: "placed"; readonly forMs: number };
}
