import { type Runtime, splitAgent } from "@tembo-io/sdk";
import { withModel } from "../api/agent-name.ts";
import { text } from "../text/index.ts";

/**
 * Returns why the agent, or the agent of an attempt, cannot run now. Attempts replace the agent, and an empty one uses
 * it. Returns null if all can run, and undefined if this is unknown. Pure.
 */
export function findMissing(
  agent: string | null,
  attempts: readonly string[],
  runtimes: readonly Runtime[],
): string | null | undefined {
  if (attempts.length === 0) return reasonFor(agent, runtimes);
  const reasons = attempts.map((one) => reasonFor(one === "" ? agent : one, runtimes));
  const first = reasons.findIndex((reason) => typeof reason === "string");
  if (first !== -1) return text.attempts.cannotRun(first + 1, reasons[first]!);
  return reasons.includes(undefined) ? undefined : null;
}

/** Returns the harness and the model of an agent, each undefined if it is unknown. Pure. */
export function findModel(agent: string | null, runtimes: readonly Runtime[]) {
  const chosen = agent === null ? null : splitAgent(withModel(agent, runtimes));
  const runtime = runtimes.find(({ name }) => name === chosen?.harness);
  return { runtime, model: runtime?.compatibleModels.find(({ name }) => name === chosen?.model) };
}

function reasonFor(agent: string | null, runtimes: readonly Runtime[]): string | null | undefined {
  const { runtime, model } = findModel(agent, runtimes);
  if (runtime === undefined) return undefined;
  for (const one of [runtime, model])
    if (one?.availability.status === "unavailable") return one.availability.reason;
  return null;
}
