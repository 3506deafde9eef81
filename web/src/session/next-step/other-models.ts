import { type Runtime, splitAgent } from "@tembo-io/sdk";

interface HarnessModels {
  readonly harness: string;
  /** Display name of the harness. */
  readonly label: string;
  readonly models: readonly { readonly agent: string; readonly label: string }[];
}

/** Returns the available models by harness, without the session's current one. Pure. */
export function listOtherModels(runtimes: readonly Runtime[], current: string | null): HarnessModels[] {
  const used = current === null ? null : splitAgent(current);
  return runtimes
    .filter(({ availability }) => availability.status !== "unavailable")
    .map(({ name: harness, displayName, compatibleModels }) => ({
      harness,
      label: displayName,
      models: compatibleModels
        .filter(({ availability }) => availability.status !== "unavailable")
        .filter(({ name }) => used?.harness !== harness || used.model !== name)
        .map(({ name, label }) => ({ agent: `${harness}:${name}`, label })),
    }))
    .filter(({ models }) => models.length > 0);
}
