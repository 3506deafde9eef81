import { APIError, type EgressSetting, type SandboxSize, type Tembo } from "@tembo-io/sdk";

/** Names of harnesses and models, for readable output. An unknown ID is returned unchanged. */
export interface Names {
  harness(id: string): string;
  model(id: string): string;
  /** Formats `HARNESS:MODEL[:PROVIDER]` as in the dashboard: `Harness · Model (Provider)`. */
  agent(key: string): string;
}

type NamesById = ReadonlyMap<string, string>;

/**
 * Returns functions that map the ID of a harness, model or provider to its name. They return an unknown ID unchanged.
 */
export function namesFrom(harnesses: NamesById, models: NamesById, providers: NamesById): Names {
  const harness = (id: string) => harnesses.get(id) ?? id;
  // A pinned version of a model, such as claude-opus-4-5-20251101, has the name of the model.
  const model = (id: string) => models.get(id) ?? models.get(id.replace(/-\d{8}$/, "")) ?? id;
  return {
    harness,
    model,
    agent(key) {
      const [first = "", second, third] = key.split(":");
      const name = harness(first);
      if (second === undefined) return name;
      const label = withoutSharedWord(model(second), name);
      return `${name} · ${label}${third === undefined ? "" : ` (${providers.get(third) ?? third})`}`;
    },
  };
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

/** Returns each ID unchanged. */
export const noNames: Names = namesFrom(new Map(), new Map(), new Map());

/** Names only improve readability, so a slow server must not delay the output for long. */
const options = { timeout: 3_000, maxRetries: 0 };

/** Returns the server's names, or `noNames` if the request fails, as on an older server. */
export async function loadNames(client: Tembo): Promise<Names> {
  try {
    const [runtimes, models] = await Promise.all([
      client.runtimes.list({ limit: 100 }, options),
      client.models.list({ limit: 100 }, options),
    ]);
    return namesFrom(
      new Map(runtimes.items.map(({ name, displayName }) => [name, displayName])),
      new Map(models.items.map(({ name, label }) => [name, label])),
      new Map(models.modelProviders.map(({ name, label }) => [name, label])),
    );
  } catch (error) {
    if (error instanceof APIError) return noNames;
    throw error;
  }
}

export const sizeNames: Readonly<Record<SandboxSize, string>> = {
  nano: "Nano",
  micro: "Micro",
  small: "Small",
  medium: "Medium",
  large: "Large",
  xl: "XL",
};

export const egressNames: Readonly<Record<EgressSetting["preset"], string>> = {
  none: "No internet access",
  registries: "Package registries",
  custom: "Allowed hosts",
  open: "Full internet access",
};

export const roleNames = { "org:admin": "Admin", "org:member": "Member" } as const;
