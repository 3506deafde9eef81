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
 * Called when the harness has ended a prompt: checks the goal of the message, and gives what the harness is sent next. Null when there
 * is no goal, it is reached, or the rounds are used up. Rounds are counted by the events of the turn, so that one taken up again goes on
 * counting. Its bounds are the rounds, and the signal, which ends with the turn's time and with a budget.
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

/** The failure of a turn whose message has a goal that its last check did not find reached; null for any other turn. */
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
