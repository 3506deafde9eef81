import { AppError } from "../../base/index.ts";
import type { HarnessInfo } from "../harness/harness-info.ts";
import { type ModelRoute, routesTo } from "./model-routes.ts";
import type { ModelProviders } from "./provider.ts";

export interface AgentKey {
  readonly harness: string;
  readonly model: string;
  readonly provider: string | null;
}

/**
 * Parses `harness:model[:provider]`. Without a model, uses the harness's default model. A model name may contain colons
 * if a provider follows it. Throws `invalid_input` if the form is wrong, the harness is unknown, or the harness cannot
 * use the model through the provider.
 */
export function parseAgentKey(
  text: string,
  known: readonly HarnessInfo[],
  providers: ModelProviders,
): AgentKey {
  const [name = "", ...rest] = text.split(":");
  const harness = requireHarness(name, known);
  if (rest.some((part) => part === "")) throw malformed(text);
  if (rest.length < 2) return { harness: name, model: rest[0] ?? harness.defaultModel, provider: null };
  const model = rest.slice(0, -1).join(":");
  return {
    harness: name,
    model,
    provider: requireProvider(rest.at(-1)!, routesTo(model, harness, providers), harness),
  };
}

const malformed = (text: string) =>
  new AppError("invalid_input", `The agent "${text}" is not valid. Use the form harness:model[:provider].`);

function requireProvider(name: string, ways: readonly ModelRoute[], harness: HarnessInfo): string {
  const possible = [...new Set(ways.map(({ provider }) => provider))];
  const provider = possible.find((candidate) => candidate === name);
  if (provider !== undefined) return provider;
  const next =
    possible.length === 0 ? "Use another model" : `Use one of these providers: ${possible.join(", ")}`;
  throw new AppError(
    "invalid_input",
    `${harness.displayName} cannot use this model through the provider "${name}". ${next}.`,
    { field: "agent" },
  );
}

/** Returns the harness with this name. Throws `invalid_input` if it is not in `known`. */
export function requireHarness(name: string, known: readonly HarnessInfo[]): HarnessInfo {
  const harness = known.find((candidate) => candidate.name === name);
  if (harness !== undefined) return harness;
  const names = known.map((candidate) => candidate.name).join(", ");
  throw new AppError(
    "invalid_input",
    `The harness "${name}" is unknown. Use one of these harnesses: ${names}.`,
    { field: "agent" },
  );
}

/** Formats an agent key in the form that the API uses. */
export function formatAgentKey(key: AgentKey): string {
  return [key.harness, key.model, ...(key.provider === null ? [] : [key.provider])].join(":");
}
