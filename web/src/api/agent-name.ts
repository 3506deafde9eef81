import type { ModelProvider, Runtime } from "@tembo-io/sdk";

/** Harnesses with their models, and model providers. Both lists are empty until they have loaded. */
export interface AgentCatalog {
  readonly runtimes: readonly Runtime[];
  readonly providers: readonly Pick<ModelProvider, "name" | "label">[];
}

interface AgentParts {
  readonly harness: string;
  readonly model: string | null;
  readonly provider: string | null;
}

/** Splits `harness[:model[:provider]]`. A model name that is followed by a provider may contain colons. Pure. */
export function splitAgent(agent: string): AgentParts {
  const [harness = "", ...rest] = agent.split(":");
  if (rest.length < 2) return { harness, model: rest[0] ?? null, provider: null };
  return { harness, model: rest.slice(0, -1).join(":"), provider: rest.at(-1)! };
}

/**
 * Returns the display name of an agent: `Harness · Model (Provider)`. Keeps the IDs of parts that are not in the
 * catalog. Pure.
 */
export function agentName(agent: string, { runtimes, providers }: AgentCatalog): string {
  const { harness, model, provider } = splitAgent(agent);
  const runtime = runtimes.find(({ name }) => name === harness);
  if (runtime === undefined) return agent;
  if (model === null) return runtime.displayName;
  const label = runtime.compatibleModels.find(({ name }) => name === model)?.label ?? model;
  const name = `${runtime.displayName} · ${withoutSharedWord(label, runtime.displayName)}`;
  if (provider === null) return name;
  return `${name} (${providers.find((one) => one.name === provider)?.label ?? provider})`;
}

/** Returns the display name of a harness, or its ID if the catalog does not contain it. Pure. */
export const harnessName = (harness: string, runtimes: readonly Runtime[]): string =>
  runtimes.find(({ name }) => name === harness)?.displayName ?? harness;

/** Returns the display name of a model, or its ID if no harness offers it. Pure. */
export const modelName = (model: string, runtimes: readonly Runtime[]): string =>
  runtimes.flatMap(({ compatibleModels }) => compatibleModels).find(({ name }) => name === model)?.label ??
  model;

/**
 * Returns the default agent for sessions that do not select an agent, as `harness:model`. Returns null if the catalog
 * contains no default. Pure.
 */
export function platformDefault(runtimes: readonly Runtime[]): string | null {
  for (const { name, compatibleModels } of runtimes) {
    const model = compatibleModels.find(({ isPlatformDefault }) => isPlatformDefault);
    if (model !== undefined) return `${name}:${model.name}`;
  }
  return null;
}

/** Returns the display name of a harness's default model. Pure. */
export const defaultModelName = ({ defaultModelName, compatibleModels }: Runtime): string =>
  compatibleModels.find(({ name }) => name === defaultModelName)?.label ?? defaultModelName;

/** Adds the default model to a key that names only a harness. Pure. */
export function withModel(agent: string, runtimes: readonly Runtime[]): string {
  const { harness, model } = splitAgent(agent);
  const runtime = runtimes.find(({ name }) => name === harness);
  return model !== null || runtime === undefined ? agent : `${harness}:${runtime.defaultModelName}`;
}

/**
 * Removes the first word of a model's label if it is also the first word of the harness name. Keeps the word if the
 * rest does not start with a letter.
 */
function withoutSharedWord(label: string, harness: string): string {
  const [shared, ...rest] = label.split(" ");
  const isShared = shared === harness.split(" ")[0];
  return isShared && /^\p{L}/u.test(rest[0] ?? "") ? rest.join(" ") : label;
}
