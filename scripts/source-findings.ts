import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** A place in a file, and its fault. */
interface Finding {
  readonly node: ts.Node;
  readonly what: string;
}

/** Returns the fault of a node, or null if it has none. */
export type SourceRule = (node: ts.Node, source: ts.SourceFile) => string | null;

/** Returns a line `file:line: what` for each fault that the rules find in a TypeScript file. */
export function checkSource(root: string, file: string, rules: readonly SourceRule[]): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return findIn(source, rules).map(
    ({ node, what }) => `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${what}`,
  );
}

function findIn(source: ts.SourceFile, rules: readonly SourceRule[]): Finding[] {
  const found: Finding[] = [];
  const visit = (node: ts.Node): void => {
    for (const rule of rules) {
      const what = rule(node, source);
      if (what !== null) found.push({ node, what });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
