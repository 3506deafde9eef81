/** Part of a turn, or a whole turn, with its time. The parts of a turn have the turn as their parent. */
export interface TurnSpan {
  readonly turnId: string;
  /** Name of the part, or null for the whole turn. */
  readonly part: string | null;
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** Error code, or null if the part has not failed. */
  readonly errorCode: string | null;
  /** IDs, names and numbers. Contains no text written by people or programs. */
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** Receives the spans of this process. Must neither throw nor wait. */
export type Trace = (span: TurnSpan) => void;

/** Used if the operator collects no traces. */
export const ignoreSpans: Trace = () => {};
