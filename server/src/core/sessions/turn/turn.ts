/** What went wrong, in a sentence a person can act on. */
export interface TurnError {
  readonly code: string;
  readonly message: string;
}

export type TurnState =
  | { readonly status: "queued" }
  | { readonly status: "running"; readonly attempt: number; readonly startedAt: Date }
  | { readonly status: "completed"; readonly endedAt: Date }
  | { readonly status: "cancelled"; readonly endedAt: Date }
  | { readonly status: "failed"; readonly endedAt: Date; readonly error: TurnError };

/** One execution of the harness for one message. */
export interface Turn {
  readonly id: string;
  readonly sessionId: string;
  readonly messageId: string;
  /** Counts the turns of a session: 1, 2, 3, ... */
  readonly number: number;
  readonly state: TurnState;
  /** A person asked to stop it. */
  readonly isStopRequested: boolean;
  /** Something of the message has reached the harness: taken up again, the turn continues instead of starting over. */
  readonly isPromptSent: boolean;
}
