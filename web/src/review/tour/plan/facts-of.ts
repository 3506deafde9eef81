import type { DiffFile } from "../../../components/diff/parse-patch.ts";

/** Facts about a section. They are derived only from the patch. */
export interface TourFacts {
  readonly files: number;
  readonly additions: number;
  readonly deletions: number;
  readonly added: number;
  readonly deleted: number;
  readonly renamed: number;
  readonly binary: number;
  /** Symbol names from hunk headers. The changed lines are inside these symbols or directly after them. */
  readonly symbols: readonly string[];
}

const MOST_SYMBOLS = 6;
const MAX_SYMBOL_LENGTH = 60;
const afterPlace = /^@@ [^@]+ @@ ?(.*)$/s;
const declaration =
  /(?:^|\s)(?:function\*?|class|interface|type|enum|const|let|def|fn|func|struct|trait|impl|module|namespace|record|object)\s+(?:\([^)]*\)\s*)?([\p{L}_$][\p{L}\p{N}_$]*)/u;

export function factsOf(files: readonly DiffFile[]): TourFacts {
  const count = (counts: (file: DiffFile) => boolean) => files.filter(counts).length;
  const sum = (numberOf: (file: DiffFile) => number) =>
    files.reduce((total, file) => total + numberOf(file), 0);
  return {
    files: files.length,
    additions: sum(({ additions }) => additions),
    deletions: sum(({ deletions }) => deletions),
    added: count(({ kind }) => kind === "added"),
    deleted: count(({ kind }) => kind === "deleted"),
    renamed: count(({ kind }) => kind === "renamed"),
    binary: count(({ isBinary }) => isBinary),
    symbols: symbolsOf(files),
  };
}

function symbolsOf(files: readonly DiffFile[]): string[] {
  const found = new Set<string>();
  for (const { hunks } of files)
    for (const { content } of hunks) {
      const [, context = ""] = afterPlace.exec(content) ?? [];
      const [, name] = declaration.exec(context) ?? [];
      if (name !== undefined && name.length <= MAX_SYMBOL_LENGTH) found.add(name);
      if (found.size === MOST_SYMBOLS) return [...found];
    }
  return [...found];
}
