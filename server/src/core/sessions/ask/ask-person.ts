import { maxQuestionLength } from "@tembo/contract/limits";
import { AppError } from "../../base/index.ts";
import type { TurnRecord } from "../turn-record/turn-record.ts";
import type { AskAnswer } from "./ask.ts";
import { waitForAnswer } from "./wait-for-answer.ts";

export interface Question {
  readonly question: string;
  /** Answers to choose from, at most 20. A person may also answer in other words. */
  readonly options: readonly string[];
  readonly timeoutMs: number;
  /** Answer after a timeout, or null for no answer. */
  readonly otherwise: string | null;
}

const MAX_OPTIONS = 20;
const MAX_OPTION_LENGTH = 500;
const MAX_WAITING = 20;
const MAX_TIMEOUT_MS = 86_400_000;

/**
 * Asks a person a question and waits for the answer, for at most `timeoutMs`, which is limited to a day. The signal
 * must abort when the tool call ends. Throws `invalid_input` if the question is blank or too long, or if there are too
 * many options or one is empty or too long. Throws the errors of `requireFewWaiting` and `waitForAnswer`.
 */
export async function askPerson(
  context: TurnRecord,
  { question, options, timeoutMs, otherwise }: Question,
  signal: AbortSignal,
): Promise<AskAnswer> {
  if (question.trim() === "" || question.length > maxQuestionLength)
    throw new AppError("invalid_input", `A question must have 1 to ${maxQuestionLength} characters.`);
  if (options.length > MAX_OPTIONS || options.some((one) => one === "" || one.length > MAX_OPTION_LENGTH)) {
    throw new AppError(
      "invalid_input",
      `A question can have at most ${MAX_OPTIONS} options of 1 to ${MAX_OPTION_LENGTH} characters each.`,
    );
  }
  await requireFewWaiting(context);
  return waitForAnswer(
    context,
    { kind: "question", question, options },
    { timeoutMs: Math.min(Math.max(timeoutMs, 1), MAX_TIMEOUT_MS), otherwise, signal },
  );
}

/** Throws `conflict` if the turn already has 20 open questions and permission requests. */
export async function requireFewWaiting({ ports, turn }: TurnRecord): Promise<void> {
  const waiting = await ports.store.asks.openOfTurn(turn.id);
  if (waiting.length >= MAX_WAITING)
    throw new AppError(
      "conflict",
      `This turn already has ${MAX_WAITING} open questions and permission requests. Try again after one has been answered.`,
    );
}
