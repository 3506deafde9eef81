import { createHash } from "node:crypto";

/** SHA-256 of a value of JSON, the same in whatever order its keys stand. */
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
