import { useEffect, useState } from "react";
import type { HunkData } from "react-diff-view";
import { languageOf } from "../highlight/language-of.ts";
import { useMark } from "../highlight/use-mark.ts";
import { fetchPart } from "../loading/fetch-part.ts";
import type { DiffPart } from "./context.ts";
import type { DiffTokens } from "./diff-tokens.ts";

/** Maximum number of lines that are highlighted and whose edited parts are marked. A longer diff would take too long. */
const MAX_LINES = 5_000;

/**
 * Returns the tokens of the lines, or null until they have been computed. The lines are shown before, because
 * highlighting takes time and moves nothing.
 */
export function useTokens(path: string, parts: readonly DiffPart[], isNear: boolean): DiffTokens | null {
  const [tokens, setTokens] = useState<{ readonly of: unknown; readonly tokens: DiffTokens } | null>(null);
  const mark = useMark();
  useEffect(() => {
    if (!isNear) return;
    const hunks = parts.flatMap((part) => (part.kind === "changes" ? [hunkOf(part.changes)] : []));
    if (hunks.reduce((sum, { changes }) => sum + changes.length, 0) > MAX_LINES) return;
    let isGone = false;
    fetchPart(() => import("./diff-tokens.ts")).then(
      ({ tokensOf }) => {
        if (!isGone) setTokens({ of: parts, tokens: tokensOf(hunks, mark, languageOf(path)) });
      },
      // Ignores the error, because the lines are readable without colors.
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [path, parts, mark, isNear]);
  return tokens?.of === parts ? tokens.tokens : null;
}

/** Opened lines form hunks of their own, because the highlighter expects consecutive lines. */
function hunkOf(changes: readonly HunkData["changes"][number][]): HunkData {
  const numbers = (side: "old" | "new") =>
    changes.flatMap((change) => {
      if (change.type === "normal") return [side === "old" ? change.oldLineNumber : change.newLineNumber];
      return (change.type === "delete") === (side === "old") ? [change.lineNumber] : [];
    });
  const [old, fresh] = [numbers("old"), numbers("new")];
  return {
    content: "",
    oldStart: old[0] ?? 0,
    oldLines: old.length,
    newStart: fresh[0] ?? 0,
    newLines: fresh.length,
    changes: [...changes],
  };
}
