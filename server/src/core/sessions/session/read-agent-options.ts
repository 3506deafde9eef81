import type { HarnessInfo, Speed } from "../../access/index.ts";
import { AppError, refuseNul } from "../../base/index.ts";
import type { Goal, MessageOptions } from "./message-options.ts";

/** `agentOptions` as sent by the client, unvalidated. */
export type AgentOptionsInput = Readonly<Record<string, unknown>>;

export const defaultMessageOptions: MessageOptions = {
  mode: "build",
  reasoningLevel: null,
  speed: "normal",
  goal: null,
};

const modes = { normal: "build", planning: "plan" } as const;
const maxObjectiveCharacters = 100_000;
const maxCheckCharacters = 10_000;
const defaultMaxRounds = 10;
const maxFixRounds = 100;

/**
 * Parses the API's `agentOptions` for the harness that will process the message. Missing options come from `inherited`,
 * the session's options:
 * - A level or speed that this harness does not support is replaced with its default.
 * - A goal is never inherited, because it belongs to the message that sets it.
 *
 * Ignores unknown names, because the API allows them. Throws `invalid_input` if a value is invalid or not supported by
 * the harness, or if a goal is set in planning mode.
 */
export function readAgentOptions(
  given: AgentOptionsInput | null,
  harness: Pick<HarnessInfo, "name" | "displayName" | "capabilities">,
  inherited: MessageOptions = defaultMessageOptions,
): MessageOptions {
  const { mode, reasoningLevel, speed, goal } = given ?? {};
  const kept = keepPossible(inherited, harness);
  const options: MessageOptions = {
    mode: mode === undefined ? kept.mode : readMode(mode),
    reasoningLevel:
      reasoningLevel === undefined ? kept.reasoningLevel : readReasoningLevel(reasoningLevel, harness),
    speed: speed === undefined ? kept.speed : readSpeed(speed, harness),
    goal: goal === undefined ? null : readGoal(goal),
  };
  if (options.mode === "plan" && options.goal !== null) {
    throw new AppError(
      "invalid_input",
      'A planning turn changes nothing, so it cannot reach a goal. Set "agentOptions.mode" to "normal", or remove "agentOptions.goal".',
      { field: "agentOptions.mode" },
    );
  }
  return options;
}

type Asked = Pick<HarnessInfo, "displayName" | "capabilities">;

function keepPossible(inherited: MessageOptions, { capabilities }: Asked): Omit<MessageOptions, "goal"> {
  const { mode, reasoningLevel, speed } = inherited;
  const isKnown = reasoningLevel !== null && capabilities.reasoningLevels.includes(reasoningLevel);
  return {
    mode,
    reasoningLevel: isKnown ? reasoningLevel : null,
    speed: capabilities.speeds.includes(speed) ? speed : "normal",
  };
}

function readMode(value: unknown): MessageOptions["mode"] {
  if (value === "normal" || value === "planning") return modes[value];
  throw invalid("mode", value, 'Use "normal" or "planning"');
}

function readReasoningLevel(value: unknown, { displayName, capabilities }: Asked): string {
  const { reasoningLevels } = capabilities;
  const known = reasoningLevels.find((level) => level === value);
  if (known !== undefined) return known;
  throw invalid(
    "reasoningLevel",
    value,
    reasoningLevels.length === 0
      ? `Remove it, because ${displayName} has no reasoning levels`
      : `${displayName} supports ${reasoningLevels.join(", ")}`,
  );
}

function readSpeed(value: unknown, { displayName, capabilities }: Asked): Speed {
  // Every harness supports the normal speed.
  const speeds = new Set<Speed>(["normal", ...capabilities.speeds]);
  const known = [...speeds].find((speed) => speed === value);
  if (known !== undefined) return known;
  throw invalid("speed", value, `${displayName} supports ${[...speeds].join(", ")}`);
}

/**
 * Parses `{ enabled?, objective?, check?, maxRounds? }`. The last two are extensions of Tembo. Returns null if
 * `enabled` is false.
 */
function readGoal(value: unknown): Goal | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid("goal", value, 'Use an object with an "objective"');
  }
  const {
    enabled = true,
    objective,
    check,
    maxRounds = defaultMaxRounds,
  } = value as Readonly<Record<string, unknown>>;
  if (typeof enabled !== "boolean") throw invalid("goal.enabled", enabled, "Use true or false");
  if (objective !== undefined) requireText("goal.objective", objective, maxObjectiveCharacters);
  if (check !== undefined && check !== null) requireText("goal.check", check, maxCheckCharacters);
  if (!isWholeNumber(maxRounds) || maxRounds < 1 || maxRounds > maxFixRounds)
    throw invalid("goal.maxRounds", maxRounds, `Use a whole number from 1 to ${maxFixRounds}`);
  if (!enabled) return null;
  if (typeof objective !== "string") {
    throw new AppError(
      "invalid_input",
      'A goal requires "agentOptions.goal.objective". Describe the outcome that the agent must reach.',
      { field: "agentOptions.goal.objective" },
    );
  }
  return {
    objective: objective.toWellFormed(),
    check: typeof check === "string" ? check.toWellFormed() : null,
    maxRounds,
  };
}

function requireText(field: string, value: unknown, maxCharacters: number): void {
  if (typeof value !== "string" || value.trim() === "" || value.length > maxCharacters) {
    throw invalid(field, value, `Use a string of 1 to ${maxCharacters} characters`);
  }
  refuseNul(`agentOptions.${field}`, value);
}

function invalid(field: string, value: unknown, whatIsPossible: string): AppError {
  return new AppError(
    "invalid_input",
    `The "agentOptions.${field}" ${shown(value)} is not valid. ${whatIsPossible}.`,
  );
}

const isWholeNumber = (value: unknown): value is number => Number.isInteger(value);
const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 100) ?? String(value);
