import { createHash } from "node:crypto";

/** Returns the SHA-256 of a JSON value, independent of the order of its keys. */
export function hashJson(value: unknown): Buffer {
  return createHash("sha256")
    .update(JSON.stringify(sorted(value)) ?? "")
    .digest();
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => [key, sorted(one)]);
}
