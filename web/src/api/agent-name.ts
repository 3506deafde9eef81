import { type Runtime, splitAgent } from "@tembo-io/sdk";

/** Returns the display name of a harness's default model. Pure. */
export const defaultModelName = ({ defaultModelName, compatibleModels }: Runtime): string =>
  compatibleModels.find(({ name }) => name === defaultModelName)?.label ?? defaultModelName;

/** Adds the default model to a key that names only a harness. Pure. */
export function withModel(agent: string, runtimes: readonly Runtime[]): string {
  const { harness, model } = splitAgent(agent);
  const runtime = runtimes.find(({ name }) => name === harness);
  return model !== null || runtime === undefined ? agent : `${harness}:${runtime.defaultModelName}`;
}
