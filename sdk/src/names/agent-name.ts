import type { ModelProvider, Runtime } from "../types.ts";

/** Harnesses with their models, and the providers of models. An ID that a list does not contain is its own name. */
export interface AgentCatalog {
  readonly runtimes: readonly Pick<Runtime, "name" | "displayName" | "compatibleModels">[];
  readonly providers: readonly Pick<ModelProvider, "name" | "label">[];
}

export interface AgentParts {
  readonly harness: string;
  readonly model: string | null;
  readonly provider: string | null;
}

/** Splits `harness[:model[:provider]]`. A model name may contain colons if it is followed by a provider. Pure. */
export function splitAgent(agent: string): AgentParts {
  const [harness = "", ...rest] = agent.split(":");
  if (rest.length < 2) return { harness, model: rest[0] ?? null, provider: null };
  return { harness, model: rest.slice(0, -1).join(":"), provider: rest.at(-1)! };
}

/**
 * Returns the display name of an agent: `Harness · Model (Provider)`, without the parts that the agent does not name.
 * Returns the key unchanged if the catalog does not contain the harness, and keeps the IDs of an unknown model and
 * provider. Pure.
 */
export function agentName(agent: string | AgentParts, { runtimes, providers }: AgentCatalog): string {
  const { harness, model, provider } = typeof agent === "string" ? splitAgent(agent) : agent;
  const runtime = runtimes.find(({ name }) => name === harness);
  if (runtime === undefined) return [harness, model, provider].filter((part) => part !== null).join(":");
  if (model === null) return runtime.displayName;
  const label = withoutSharedWord(modelName(model, [runtime]), runtime.displayName);
  return `${runtime.displayName} · ${withProvider(label, provider, providers)}`;
}

/**
 * Returns the display name of an agent's model: `Model (Provider)`. Returns an empty string if the agent names no
 * model. Keeps unknown IDs. Pure.
 */
export function agentModelName(agent: string, { runtimes, providers }: AgentCatalog): string {
  const { harness, model, provider } = splitAgent(agent);
  if (model === null) return "";
  const label = modelName(
    model,
    runtimes.filter(({ name }) => name === harness),
  );
  return withProvider(label, provider, providers);
}

/** Returns the display name of a harness, or its ID if the catalog does not contain it. Pure. */
export const harnessName = (harness: string, runtimes: AgentCatalog["runtimes"]): string =>
  runtimes.find(({ name }) => name === harness)?.displayName ?? harness;

/**
 * Returns the display name of a model, or its ID if no harness offers it. Also finds a model by a name that ends with a
 * version or a date, and by the names that providers use. Pure.
 */
export function modelName(model: string, runtimes: AgentCatalog["runtimes"]): string {
  const models = runtimes.flatMap(({ compatibleModels }) => compatibleModels);
  for (const candidate of candidatesOf(model)) {
    const found = models.find(({ name }) => dashed(name) === dashed(candidate));
    if (found !== undefined) return found.label;
  }
  return model;
}

/**
 * Returns the name, then the name without the region and vendor that a provider puts before it, then also without the
 * version and the date after it.
 */
function candidatesOf(model: string): readonly string[] {
  const bare = model.replace(/^(?:[a-z0-9-]+\/|[a-z-]+\.)+/, "");
  const unversioned = bare.replace(/-v\d+(?::\d+)?$/, "");
  return [model, bare, unversioned, unversioned.replace(/[-@]\d{8}$/, "")];
}

/** Providers write `4.5` or `4-5`. */
const dashed = (name: string) => name.replaceAll(".", "-");

function withProvider(label: string, provider: string | null, providers: AgentCatalog["providers"]): string {
  if (provider === null) return label;
  return `${label} (${providers.find(({ name }) => name === provider)?.label ?? provider})`;
}

/**
 * Removes the first word of a model's label if it is also the first word of the harness name. Keeps it if the rest does
 * not start with a letter.
 */
function withoutSharedWord(label: string, harness: string): string {
  const [shared, ...rest] = label.split(" ");
  const isShared = shared === harness.split(" ")[0];
  return isShared && /^\p{L}/u.test(rest[0] ?? "") ? rest.join(" ") : label;
}
