import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const maxColumns = 120;
/** A doc comment that begins so can only be read together with the name below it. */
const fragments = /^(?:Of|What|Whether|Where|Null|One|Those)\b/;
/** Everyday words that stand for a term of the field; docs/adr/0026-names-from-the-field.md has the terms. */
const replacedWords =
  /\b(?:nobody|whoever|anew|mends?|mended|mending|shall|(?:is|are|was|were) told|good for nothing)\b/i;
/** Pages with tables of former words and their replacements. */
const beforeAndAfter = new Set(["STYLE.md", "docs/adr/0026-names-from-the-field.md"]);
/** Licenses and recorded answers keep their own text. */
const foreign = /(?:^|[/])fixtures[/].*NOTICE[.]md$/;

/**
 * Returns a line `file:line: what to change` for each text that breaks a rule of STYLE.md, "Text": long lines and replaced words in
 * Markdown, replaced words in the dashboard's text, and doc comments without a subject. Throws if git finds no file.
 */
export function findTextFaults(root: string): readonly string[] {
  return filesOf(root).flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8");
    if (path.endsWith(".md"))
      return foreign.test(path) ? [] : [...longLines(path, text), ...inMarkdown(path, text)];
    return [...(path.startsWith("web/src/text/") ? inStrings(path, text) : []), ...docComments(path, text)];
  });
}

function filesOf(root: string): readonly string[] {
  const patterns = ["*.md", "*.ts", "*.tsx"];
  const listed = spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", ...patterns], {
    cwd: root,
    encoding: "utf8",
  });
  const files = listed.stdout.split("\n").filter((path) => path !== "");
  if (listed.status !== 0 || files.length === 0)
    throw new Error(`git finds no text in ${root}. ${listed.stderr}`);
  return files;
}

function longLines(path: string, markdown: string): string[] {
  return markdown
    .split("\n")
    .flatMap((line, index) =>
      Array.from(line).length > maxColumns ? [`${path}:${index + 1}: wrap at ${maxColumns} columns`] : [],
    );
}

/** Quotations are left out: code, and the tables of before and after. */
function inMarkdown(path: string, markdown: string): string[] {
  const blank = (text: string) => text.replaceAll(/[^\n]/g, " ");
  const prose = markdown.replaceAll(/^```.*?^```/gms, blank).replaceAll(/`[^`]*`/g, blank);
  return prose.split("\n").flatMap((line, index) => {
    const isQuotation = beforeAndAfter.has(path) && line.startsWith("|");
    const word = isQuotation ? null : replacedWords.exec(line)?.[0];
    return word ? [`${path}:${index + 1}: replace "${word}"`] : [];
  });
}

function inStrings(path: string, source: string): string[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      const word = replacedWords.exec(node.text)?.[0];
      if (word !== undefined) found.push(`${path}:${lineOf(file, node.getStart())}: replace "${word}"`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function docComments(path: string, source: string): string[] {
  return source.split("\n").flatMap((line, index, lines) => {
    const inline = /^\s*[/][*][*] +(.*)/.exec(line)?.[1];
    const first = /^\s*[/][*][*]\s*$/.test(line) ? /^\s*[*] +(.*)/.exec(lines[index + 1] ?? "")?.[1] : inline;
    const word = first === undefined ? undefined : fragments.exec(first)?.[0];
    return word === undefined
      ? []
      : [`${path}:${index + 1}: begin the comment with a verb or a subject in place of "${word}"`];
  });
}

const lineOf = (file: ts.SourceFile, position: number) =>
  file.getLineAndCharacterOfPosition(position).line + 1;
