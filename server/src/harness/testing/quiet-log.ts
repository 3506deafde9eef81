import type { Logger } from "../../core/base/index.ts";

/** Returns a logger that stores its lines for assertions. */
export function quietLog(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return { lines, info: keep, warn: keep, error: keep };
}
