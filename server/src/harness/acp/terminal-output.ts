import { textOf } from "./bounds.ts";

/**
 * What a command has printed since the last fragment, or null. Adapters that keep the terminal themselves tell it in `_meta` in place of
 * content (github.com/zed-industries/zed, "terminal_output"); some call the same thing a delta. Nothing of it was checked before.
 */
export function terminalOutputOf(meta: unknown, maxChars: number): string | null {
  const { terminal_output, terminal_output_delta } = (meta ?? {}) as Record<string, unknown>;
  const part = (terminal_output ?? terminal_output_delta) as { data?: unknown } | null | undefined;
  return part?.data === undefined || part.data === null ? null : textOf(part.data, maxChars);
}
