import type { SessionEvent } from "@tembo/contract";

/**
 * Prompt with a command that never ends. A resumed turn continues with the next step or with the command. The bench
 * stops the turn after the harness has resumed its work.
 */
export const PROMPT = 'Work. SCRIPT(bash("tail -f /dev/null"), say("Done."))';

/** Durations in seconds from the SIGKILL. */
export interface Run {
  /** Time until the event that reports that another worker or the next process has taken over the turn. */
  readonly resumed: number;
  /** Time until the next event that shows that the harness works. */
  readonly working: number;
  /** Consecutive parts, whose sum is `working`. */
  readonly parts: readonly (readonly [name: string, seconds: number])[];
}

export const isWorking = ({ eventData }: SessionEvent): boolean =>
  eventData.type === "toolCall" && eventData.input !== null;

const isResumed = ({ eventType }: SessionEvent) => eventType === "turn.resumed";
const isWork = ({ eventType }: SessionEvent) => /^(text|toolCall|thought|usage)$/.test(eventType);

/**
 * Returns a function that returns true for the first event of work after the turn was resumed. Call the function for
 * each event in order.
 */
export function followRecovery(): (event: SessionEvent) => boolean {
  let wasResumed = false;
  return (event) => {
    if (hasEnded(event)) throw new Error("The turn ended before its harness resumed work.");
    wasResumed ||= isResumed(event);
    return wasResumed && isWork(event);
  };
}

export const hasEnded = ({ eventType }: SessionEvent): boolean =>
  /^turn\.(completed|failed|cancelled)$/.test(eventType);

/**
 * Returns the time when the turn was resumed and the time when its harness worked again. The latter is the time of the
 * last event.
 */
export function momentsOf(events: readonly SessionEvent[]): {
  readonly resumedAt: number;
  readonly workingAt: number;
} {
  return {
    resumedAt: Date.parse(events.find(isResumed)!.createdAt),
    workingAt: Date.parse(events.at(-1)!.createdAt),
  };
}
