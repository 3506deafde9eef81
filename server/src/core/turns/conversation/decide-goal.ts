import type { EventData, Goal, TurnError } from "../../sessions/index.ts";

const REACHED = "GOAL REACHED";
const MISSED = "GOAL NOT REACHED";
const MAX_OUTPUT_IN_PROMPT = 4_000;

/** Evidence, after a prompt, of whether the goal is reached. */
export type GoalEvidence =
  | { readonly kind: "check"; readonly exitCode: number; readonly output: string }
  /** The harness's last message. */
  | { readonly kind: "answer"; readonly text: string };

export interface GoalDecision {
  readonly isReached: boolean;
  /** Output of the check, or the last line of the harness's last message. */
  readonly output: string;
  /** Next prompt for the harness, or null if the goal is reached or no rounds are left. */
  readonly next: string | null;
}

/** Decides whether the goal is reached in this round, counted from 1, and which prompt follows. Pure. */
export function decideGoal(goal: Goal, round: number, evidence: GoalEvidence): GoalDecision {
  const isReached = evidence.kind === "check" ? evidence.exitCode === 0 : reportsReached(evidence.text);
  const output = evidence.kind === "check" ? evidence.output : lastLine(evidence.text);
  if (isReached || round >= goal.maxRounds) return { isReached, output, next: null };
  return { isReached, output, next: nextPrompt(goal, evidence) };
}

/**
 * Returns the error of a turn that ended without reaching its goal. Returns null if the last check found the goal
 * reached, or if no check ran. Pure.
 */
export function decideMissedGoal(goal: Goal, events: readonly EventData[]): TurnError | null {
  const last = events.findLast((event) => event.type === "goal.checked");
  if (last === undefined || last.isReached) return null;
  const rounds = last.round === 1 ? "1 round" : `${last.round} rounds`;
  const check = goal.check === null ? "" : ` This check still fails: ${goal.check}`;
  return { code: "goal_not_reached", message: `The goal was not reached in ${rounds}.${check}` };
}

/** Returns the instruction to append to a message that has a goal. */
export function goalInstruction(goal: Goal): string {
  const lead = `Work until this goal is reached: ${goal.objective}`;
  return goal.check === null
    ? `${lead}\n\n${reportInstruction}`
    : `${lead}\n\nWhen you finish, Tembo runs this command. The goal is reached if its exit code is 0: ${goal.check}`;
}

const reportInstruction = `End your last message with the line "${REACHED}", or with a line that starts with "${MISSED}: " and names what is missing.`;

function nextPrompt(goal: Goal, evidence: GoalEvidence): string {
  const goOn = `The goal is not reached yet: ${goal.objective}`;
  if (evidence.kind === "answer") return `${goOn}\n\nContinue until it is. ${reportInstruction}`;
  const tail = evidence.output.slice(-MAX_OUTPUT_IN_PROMPT).trim();
  const excerpt = tail === "" ? "It printed nothing." : `The end of its output:\n\n${tail}`;
  return `${goOn}\n\nThe check command, ${goal.check}, failed with exit code ${evidence.exitCode}. ${excerpt}\n\nContinue until it succeeds.`;
}

/**
 * True if the last line that starts with a marker reports that the goal is reached. If no line does, the goal counts as
 * not reached.
 */
function reportsReached(text: string): boolean {
  const goalLine = text
    .split("\n")
    .map((line) => line.replaceAll(/[*_`#>]/g, "").trim())
    .findLast((line) => line.startsWith(REACHED) || line.startsWith(MISSED));
  return goalLine?.startsWith(REACHED) ?? false;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim().slice(0, 2_000) ?? "";
}
