import type { Logger } from "../../core/base/index.ts";

/** Keeps what was logged, for tests that ask. */
export function quietLog(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return { lines, info: keep, warn: keep, error: keep };
}
