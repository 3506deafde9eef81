import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

interface Proof {
  readonly file: string;
  readonly testName: string;
}

export interface Section {
  readonly name: string;
  readonly hasGuard: boolean;
  readonly proofs: readonly Proof[];
  /** Lines in the list of tests that contain neither a test file nor a test name, and files without a test name. */
  readonly unreadable: readonly string[];
}

/**
 * Parses each `####` section, which describes a threat or a failure. A section has a line that starts with `**Guard:**`,
 * and a list after the line `**Tests:**`. The list has items "- `file`", each with nested items "  - name of a test". A
 * line indented by four spaces continues the previous line.
 */
export function sectionsIn(markdown: string): Section[] {
  const sections = markdown.matchAll(/^#### (.+)\n((?:(?!#{1,4} ).*(?:\n|$))*)/gm);
  return [...sections].map(([, name, section]) => {
    const [description, list = ""] = section!.split(/^\*\*Tests:\*\*$/m);
    const proofs: Proof[] = [];
    const unreadable: string[] = [];
    const items: { readonly file: string; count: number }[] = [];
    for (const line of list.replaceAll(/\n {4}(?=\S)/g, " ").split("\n")) {
      const newFile = /^- `([^`]+)`$/.exec(line)?.[1];
      const testName = /^ {2}- (\S.*)$/.exec(line)?.[1];
      const item = items.at(-1);
      if (newFile !== undefined) items.push({ file: newFile, count: 0 });
      else if (testName !== undefined && item !== undefined) {
        item.count += 1;
        proofs.push({ file: item.file, testName });
      } else if (line !== "") unreadable.push(line);
    }
    const empty = items.filter(({ count }) => count === 0).map(({ file }) => file);
    const hasGuard = /^\*\*Guard:\*\* \S/m.test(description!);
    return { name: name!, hasGuard, proofs, unreadable: [...unreadable, ...empty] };
  });
}

/** Matches files with tests: test files, and suites that several adapters run. */
const testFiles = /[.]test[.]tsx?$|[/]contract[/][^/]+[.]ts$|-contract[.]ts$/;

/** Returns the proofs whose file does not exist, is not a test file or does not contain the name in a string. */
function missing(proofs: readonly Proof[], folder: string): string[] {
  return proofs
    .filter(({ file, testName }) => {
      const path = join(folder, file);
      if (!testFiles.test(file) || statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return true;
      return !stringsIn(path).some((text) => text.includes(testName));
    })
    .map(({ file, testName }) => `${file}: ${testName}`);
}

/** Returns the strings and templates in a file, as written. Ignores comments, because a comment is not a test. */
function stringsIn(path: string): readonly string[] {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) found.push(node.getText(source));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Returns the problems with the sections on a page. Test paths are relative to `folder`. */
export function problemsOf(markdown: string, folder: string): string[] {
  const sections = sectionsIn(markdown);
  const count = (pattern: RegExp) => markdown.match(pattern)?.length ?? 0;
  const parts = {
    headings: count(/^#{4,} /gm),
    guards: count(/^\*\*Guard:\*\*/gm),
    lists: count(/^\*\*Tests:\*\*/gm),
  };
  return [
    ...sections.filter(({ hasGuard }) => !hasGuard).map(({ name }) => `${name}: no guard`),
    ...sections.filter(({ proofs }) => proofs.length === 0).map(({ name }) => `${name}: no test`),
    ...sections.flatMap(({ unreadable }) => unreadable.map((line) => `unreadable: ${line}`)),
    ...missing(
      sections.flatMap(({ proofs }) => proofs),
      folder,
    ),
    ...Object.entries(parts)
      .filter(([, found]) => found !== sections.length)
      .map(([part, found]) => `${found} ${part} for ${sections.length} sections`),
  ];
}
