/** Words of a person or a trigger; queued, then taken by a turn. */
export interface Message {
  readonly id: string;
  readonly sessionId: string;
  readonly content: string;
  /** The turn that works it; null while it is queued or belongs to a draft. */
  readonly turnId: string | null;
  readonly createdAt: Date;
}
