import { createHash } from "node:crypto";

/** Equal for values that say the same, in whatever order of keys. A digest: what it is of may hold secrets. */
export function fingerprintOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value, sortKeys)).digest("hex");
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, one]) => typeof one !== "function");
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}
