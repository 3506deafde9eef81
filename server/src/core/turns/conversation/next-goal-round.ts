import {
  appendEvent,
  type EventData,
  eventsOfTurn,
  type Goal,
  optionsOf,
  type TurnError,
} from "../../sessions/index.ts";
import type { PromptBlock } from "../harness/harness.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { accountOf } from "../turn/publish/turn-account.ts";
import { runShell } from "../turn/steps/run-hooks.ts";
import { sessionEnvironment, type TurnContext } from "../turn/turn-context.ts";
import { decideGoal, decideMissedGoal, type GoalEvidence } from "./decide-goal.ts";

const CHECK_LIMIT_MS = 10 * 60_000;

/**
 * Checks the message's goal after the harness has completed a prompt, appends the result, and returns the blocks of the
 * next prompt. Returns null if there is no goal, if it is reached, or if no rounds are left. Counts rounds by the
 * turn's events, so that a resumed turn continues counting. Throws the signal's reason if the signal aborts.
 */
export async function nextGoalRound(
  context: TurnContext,
  sandbox: Sandbox,
  cwd: string,
  signal: AbortSignal,
): Promise<readonly PromptBlock[] | null> {
  const { goal } = optionsOf(context);
  if (goal === null) return null;
  const events = await eventsOfTurn(context);
  const round = 1 + events.filter(({ type }) => type === "goal.checked").length;
  const evidence = await evidenceOf(context, goal, { sandbox, cwd, events, signal });
  signal.throwIfAborted();
  const { isReached, output, next } = decideGoal(goal, round, evidence);
  await appendEvent(context, `goal:${round}`, { type: "goal.checked", round, isReached, output });
  return next === null ? null : [{ type: "text", text: next }];
}

/** Returns the error of a turn whose last check did not find the goal reached, or null for any other turn. */
export async function missedGoal(context: TurnContext): Promise<TurnError | null> {
  const { goal } = optionsOf(context);
  return goal === null ? null : decideMissedGoal(goal, await eventsOfTurn(context));
}

async function evidenceOf(
  context: TurnContext,
  { check }: Goal,
  {
    sandbox,
    cwd,
    events,
    signal,
  }: {
    readonly sandbox: Sandbox;
    readonly cwd: string;
    readonly events: readonly EventData[];
    readonly signal: AbortSignal;
  },
): Promise<GoalEvidence> {
  if (check === null) return { kind: "answer", text: accountOf(events).answer };
  const { exitCode, output } = await runShell(
    sandbox,
    { command: check, cwd, env: sessionEnvironment(context), masker: context.masker },
    AbortSignal.any([signal, AbortSignal.timeout(CHECK_LIMIT_MS)]),
  );
  return { kind: "check", exitCode, output };
}
