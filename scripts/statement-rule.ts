import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/**
 * Maximum number of values to number by hand. A statement with more values must use its table's description or the
 * `query` tag, which number the values automatically.
 */
const maxNumbered = 6;

/**
 * Returns a line `file:line: $number` for each statement of server/src/store that numbers more than six values by hand.
 * Throws if there are no files.
 */
export function findNumberedStatements(root: string): readonly string[] {
  const source = join(root, "server/src/store");
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && !/[.]test[.]ts$|(?:^|[/])testing[/]/.test(path),
  );
  if (files.length === 0) throw new Error(`No files found in ${source}.`);
  return files.sort().flatMap((path) => {
    const text = readFileSync(join(source, path), "utf8");
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    return findIn(file).map(({ node, highest }) => {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      return `server/src/store/${path}:${line + 1}: $${highest}`;
    });
  });
}

function findIn(file: ts.SourceFile): { readonly node: ts.Node; readonly highest: number }[] {
  const found: { node: ts.Node; highest: number }[] = [];
  const visit = (node: ts.Node): void => {
    const highest = Math.max(0, ...numbersOf(node));
    if (highest > maxNumbered) found.push({ node, highest });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Returns the numbers of the literal placeholders in a string or a template. */
function numbersOf(node: ts.Node): number[] {
  const texts = ts.isStringLiteralLike(node)
    ? [node.text]
    : ts.isTemplateExpression(node)
      ? [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]
      : [];
  return texts.flatMap((text) => [...text.matchAll(/\$(\d+)(?![.\d])/g)].map(([, number]) => Number(number)));
}
