import { createRandom } from "../../../../server/src/forge/testing/random.ts";

export interface PlannedMessage {
  /** Unique among all messages of a run. */
  readonly token: string;
  /** Milliseconds after the previous message was acknowledged, or from the start of the run for the first message. */
  readonly afterMs: number;
  /** Milliseconds until the client stops the turn, or null. */
  readonly stopAfterMs: number | null;
  readonly prompt: string;
}

export interface PlannedSession {
  readonly messages: readonly PlannedMessage[];
}

export interface WorkPlan {
  readonly seed: number;
  readonly minutes: number;
  readonly sessions: number;
  /** Seconds that a turn's command may take. A session picks one for each turn. */
  readonly commandsS?: readonly number[];
  /** Limit on the messages of a session. */
  readonly mostMessages?: number;
}

const commandsOfFullRun = [1, 5, 15, 40];

/** Returns the sessions of a run, which depend only on the plan. */
export function planWork(plan: WorkPlan): PlannedSession[] {
  const { seed, minutes, sessions, commandsS = commandsOfFullRun, mostMessages = 4 } = plan;
  // Another sequence than that of the faults.
  const random = createRandom(seed + 1_000_003);
  const arrivalsMs = minutes * 60_000 * 0.75;
  return Array.from({ length: sessions }, (_, session) => ({
    messages: Array.from({ length: 1 + random.below(mostMessages) }, (_, index) => {
      const token = `s${session}m${index}`;
      return {
        token,
        afterMs: index === 0 ? random.below(arrivalsMs) : random.below(20_000),
        stopAfterMs: random.below(12) === 0 ? random.below(15_000) : null,
        prompt: promptOf(token, random.pick(commandsS)),
      };
    }),
  }));
}

/**
 * Each turn leaves its token in a file of the repository, in HOME and in its answer. It waits first, so that faults meet
 * working agents. The harness rejects commands that begin with `sleep`.
 */
function promptOf(token: string, seconds: number): string {
  const note = `timeout ${seconds} tail -f /dev/null; echo ${token} >> $HOME/notes; cat $HOME/notes`;
  const write = `write("${token}.txt", "${token}\\n")`;
  return `Work on ${token}. SCRIPT(bash("${note}"), ${write}, say("${answerOf(token)}"))`;
}

export const answerOf = (token: string) => `Answer to ${token}.`;

/** Returns the token of a message, or null if it has none. */
export function tokenOf(content: string): string | null {
  return /^Work on (s\d+m\d+)\./.exec(content)?.[1] ?? null;
}
