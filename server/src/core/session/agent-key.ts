import { AppError } from "../errors.ts";
import type { HarnessInfo } from "../ports/harness.ts";

export interface AgentKey {
  readonly harness: string;
  readonly model: string;
  readonly provider: string | null;
}

/** Reads `harness:model[:provider]`; the harness alone takes its default model. Throws `invalid_input`. */
export function parseAgentKey(text: string, known: readonly HarnessInfo[]): AgentKey {
  const [name = "", ...rest] = text.split(":");
  const harness = requireHarness(name, known);
  if (rest.length > 2 || rest.some((part) => part === "")) {
    throw new AppError("invalid_input", `The agent "${text}" is not of the form harness:model[:provider].`);
  }
  const [model = harness.defaultModel, provider = null] = rest;
  return { harness: name, model, provider };
}

/** Throws `invalid_input` for a name that is not among them. */
export function requireHarness(name: string, known: readonly HarnessInfo[]): HarnessInfo {
  const harness = known.find((candidate) => candidate.name === name);
  if (harness !== undefined) return harness;
  const names = known.map((candidate) => candidate.name).join(", ");
  throw new AppError(
    "invalid_input",
    `The harness "${name}" is unknown; "agent" begins with one of: ${names}.`,
  );
}

/** The form in which the API names it. */
export function formatAgentKey(key: AgentKey): string {
  return [key.harness, key.model, ...(key.provider === null ? [] : [key.provider])].join(":");
}
