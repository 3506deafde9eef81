import { type HunkData, markEdits, type TokenNode, tokenize } from "react-diff-view";
import type { Mark } from "../highlight/use-mark.ts";

/** Tokens of each line, by side. The tokens of line 1 are at index 0. */
export interface DiffTokens {
  readonly old: readonly (readonly TokenNode[])[];
  readonly new: readonly (readonly TokenNode[])[];
}

/**
 * Returns tokens for both sides, with syntax highlighting if a highlighter has loaded and with marks for the edited
 * parts of each line.
 */
export function tokensOf(hunks: HunkData[], mark: Mark | null, language: string | null): DiffTokens {
  const highlight = (side: string) => mark?.(side, language) ?? [{ type: "text", value: side }];
  return tokenize(hunks, {
    enhancers: [markEdits(hunks)],
    highlight: true,
    language: language ?? "",
    refractor: { highlight },
  });
}
