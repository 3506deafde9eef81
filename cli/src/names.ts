import {
  type AgentCatalog,
  type AgentParts,
  agentName,
  harnessName,
  modelName,
  splitAgent,
  type Tembo,
  TemboError,
} from "@tembo-io/sdk";
import type { Cli } from "./cli.ts";
import type { Cell } from "./table.ts";

/** Names of harnesses and models, for readable output. An unknown ID is returned unchanged. */
export interface Names {
  harness(id: string): string;
  model(id: string): string;
  /** Formats `HARNESS:MODEL[:PROVIDER]` as in the dashboard: `Harness · Model (Provider)`. */
  agent(key: string | AgentParts): string;
}

/** Returns functions that map the ID of a harness, model or agent to its name. */
export const namesFrom = (catalog: AgentCatalog): Names => ({
  harness: (id) => harnessName(id, catalog.runtimes),
  model: (id) => modelName(id, catalog.runtimes),
  agent: (key) => agentName(key, catalog),
});

/** Names without a catalog. Each function returns its argument as an ID. */
export const noNames: Names = namesFrom({ runtimes: [], providers: [] });

/** Returns true if the output shows names. Pipes and JSON contain the values of the API. */
const showsNames = ({ isJson, terminal }: Cli) => !isJson && terminal.columns !== null;

/**
 * Waits for `answer`, and requests the names at the same time if the output shows them. Then requests the names of
 * providers if one of the agents that `agentsOf` returns has a provider.
 */
export async function withNames<T>(
  cli: Cli,
  answer: PromiseLike<T>,
  agentsOf: (answer: T) => readonly (string | null | undefined)[] = () => [],
): Promise<readonly [T, Names]> {
  if (!showsNames(cli)) return [await answer, noNames];
  const client = cli.client();
  const [value, runtimes] = await Promise.all([answer, loadRuntimes(client)]);
  const hasProvider = agentsOf(value).some((agent) => agent && splitAgent(agent).provider !== null);
  return [value, namesFrom({ runtimes, providers: hasProvider ? await loadProviders(client) : [] })];
}

/** Returns the names for a stream, whose agents are not known in advance. */
export async function loadNames(
  cli: Cli,
  { hasProviders }: { readonly hasProviders: boolean },
): Promise<Names> {
  if (!showsNames(cli)) return noNames;
  const client = cli.client();
  const [runtimes, providers] = await Promise.all([
    loadRuntimes(client),
    hasProviders ? loadProviders(client) : [],
  ]);
  return namesFrom({ runtimes, providers });
}

/** Names only improve readability, so a slow server must not delay the output for long. */
const options = { timeout: 3_000, maxRetries: 0 };

async function loadRuntimes(client: Tembo): Promise<AgentCatalog["runtimes"]> {
  const list = await orNull(client.runtimes.list({ limit: 100 }, options));
  return (list?.items ?? []).map((runtime) => ({
    ...runtime,
    compatibleModels: runtime.compatibleModels ?? [],
  }));
}

async function loadProviders(client: Tembo): Promise<AgentCatalog["providers"]> {
  return (await orNull(client.models.list({ limit: 1 }, options)))?.modelProviders ?? [];
}

/** Returns a response in which any field may be missing, as on an older server, or null if the request fails. */
async function orNull<T>(answer: PromiseLike<T>): Promise<Partial<T> | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof TemboError) return null;
    throw error;
  }
}

/** Returns the table cell of a session's status. Only `inProgress` has a different display text. */
export const statusCell = (status: string): Cell => ({
  text: status === "inProgress" ? "in progress" : status,
  raw: status,
});

const roleNames: Readonly<Record<string, string>> = { "org:admin": "Admin", "org:member": "Member" };

/**
 * Returns the cell of a role. Shows the role itself if it has no name, for example a role of a newer server. In a pipe, it
 * contains the value that `--role` accepts.
 */
export const roleCell = (role: string) => ({
  text: Object.hasOwn(roleNames, role) ? roleNames[role]! : role,
  raw: role.replace("org:", ""),
});
