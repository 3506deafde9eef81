import type { User } from "./user.ts";

type Settings = User["settings"];

/**
 * Merges objects recursively and replaces every other value. A null `defaultAgent` removes the setting. For other keys,
 * null is a value. Pure.
 */
export function mergeSettings(known: Settings, change: Settings): Settings {
  const { defaultAgent, ...merged } = merge(known, change) as Record<string, unknown>;
  return defaultAgent == null ? merged : { ...merged, defaultAgent };
}

function merge(known: unknown, change: unknown): unknown {
  if (!isObject(known) || !isObject(change)) return change;
  const entries = Object.entries(change).map(([key, value]) => [
    key,
    Object.hasOwn(known, key) ? merge(known[key], value) : value,
  ]);
  return { ...known, ...Object.fromEntries(entries) };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
