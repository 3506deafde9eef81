import type { SessionEvent } from "@tembo/contract";

/** The command never ends. A resumed turn goes on with the step after it, or with the command itself: it is stopped once it works. */
export const PROMPT = 'Work. SCRIPT(bash("tail -f /dev/null"), say("Done."))';

/** Seconds, from the SIGKILL on. */
export interface Run {
  /** To the event that another worker, or the next process, has the turn. */
  readonly resumed: number;
  /** To the next event of the harness's work. */
  readonly working: number;
  /** The consecutive parts; their sum is `working`. */
  readonly parts: readonly (readonly [name: string, seconds: number])[];
}

export const isWorking = ({ eventData }: SessionEvent): boolean =>
  eventData.type === "toolCall" && eventData.input !== null;

const isResumed = ({ eventType }: SessionEvent) => eventType === "turn.resumed";
const isWork = ({ eventType }: SessionEvent) => /^(text|toolCall|thought|usage)$/.test(eventType);

/** Returns true for the first event of work after the turn was resumed. Call it for each event in order. */
export function followRecovery(): (event: SessionEvent) => boolean {
  let wasResumed = false;
  return (event) => {
    if (hasEnded(event)) throw new Error("The turn ended before its harness worked again.");
    wasResumed ||= isResumed(event);
    return wasResumed && isWork(event);
  };
}

export const hasEnded = ({ eventType }: SessionEvent): boolean =>
  /^turn\.(completed|failed|cancelled)$/.test(eventType);

/** When a turn was resumed, and when its harness worked again, which the last of the events tells. */
export function momentsOf(events: readonly SessionEvent[]): {
  readonly resumedAt: number;
  readonly workingAt: number;
} {
  return {
    resumedAt: Date.parse(events.find(isResumed)!.createdAt),
    workingAt: Date.parse(events.at(-1)!.createdAt),
  };
}
