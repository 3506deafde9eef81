import type { SessionEvent } from "@tembo/contract";

/** The command outlasts the start of the next worker. A resumed turn goes on with the step after it. */
export const PROMPT = 'Work. SCRIPT(bash("tail -f /dev/null"), say("Done."))';

/** Seconds, from the SIGKILL on. */
export interface Run {
  /** To the event that another worker, or the next process, has the turn. */
  readonly resumed: number;
  /** To the next event of the harness's work. */
  readonly working: number;
  /** What comes one after the other; their sum is `working`. */
  readonly parts: readonly (readonly [name: string, seconds: number])[];
}

export const isWorking = ({ eventType, eventData }: SessionEvent): boolean =>
  eventType === "toolCall" && eventData.input !== null;

const isResumed = ({ eventType }: SessionEvent) => eventType === "turn.resumed";
const isWork = ({ eventType }: SessionEvent) => /^(text|toolCall|thought|usage)$/.test(eventType);

export const hasEnded = ({ eventType }: SessionEvent): boolean =>
  /^turn\.(completed|failed|cancelled)$/.test(eventType);

/** When a turn was resumed, and when its harness worked again; throws when it ended before. */
export function since(events: readonly SessionEvent[]): {
  readonly resumedAt: number;
  readonly workingAt: number;
} {
  const resumed = events.findIndex(isResumed);
  const working = events.findIndex((event, index) => index > resumed && isWork(event));
  if (resumed === -1 || working === -1) throw new Error("The turn ended before its worker was killed.");
  return {
    resumedAt: Date.parse(events[resumed]!.createdAt),
    workingAt: Date.parse(events[working]!.createdAt),
  };
}
