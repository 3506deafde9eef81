/** An error with a message that a person can act on. */
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

/** An execution of the harness for one message. */
export interface Turn {
  readonly id: string;
  readonly sessionId: string;
  readonly messageId: string;
  /** Number of the turn within its session: 1, 2, 3, ... */
  readonly number: number;
  readonly createdAt: Date;
  readonly state: TurnState;
  readonly isStopRequested: boolean;
  /**
   * True if part of the message has reached the harness. A new attempt then continues the turn if the harness can
   * resume the conversation.
   */
  readonly isPromptSent: boolean;
}
