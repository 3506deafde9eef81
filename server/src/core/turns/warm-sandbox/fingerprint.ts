import { createHash } from "node:crypto";

/**
 * Returns a digest that is equal for equal values, regardless of the order of keys. Ignores functions. The digest is a
 * hash, because the value may contain secrets.
 */
export function fingerprintOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value, sortKeys)).digest("hex");
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, one]) => typeof one !== "function");
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}
