import type { Names } from "../names.ts";
import type { Span } from "../terminal.ts";
import type { TokenCounts } from "./tokens.ts";

/** The rendering of an event: whole lines, or running text that the next event may continue. */
export type Rendered =
  | { readonly kind: "lines"; readonly lines: readonly (readonly Span[])[] }
  | { readonly kind: "flow"; readonly voice: "text" | "thought"; readonly span: Span };

/** Data that renderers need in addition to the event, such as facts from earlier events. */
export interface Memory {
  /**
   * IDs of tool calls that are shown and still running. Every update contains the whole call. This set prevents
   * duplicate output.
   */
  readonly openToolCalls: Set<string>;
  /**
   * Tokens that the harness reported for the current turn. They are printed when the turn ends, unless the model
   * gateway reports its own count.
   */
  readonly harnessTokens: TokenCounts;
  readonly sessionId: string;
  readonly names: Names;
  /** Formats an ISO 8601 time. */
  readonly moment: (at: string) => string;
}

export function lines(...lines: (readonly Span[])[]): Rendered {
  return { kind: "lines", lines };
}

export const nothing: Rendered = { kind: "lines", lines: [] };
