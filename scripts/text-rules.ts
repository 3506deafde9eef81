import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const maxColumns = 120;
/** Matches first words of a doc comment that are unclear without the name below the comment. */
const fragments = /^(?:Of|What|Whether|Where|Null|One|Those)\b/i;
/** Matches words that the rules replace, such as `mend` for fix (docs/adr/0026-names-from-the-field.md). */
const replacedWords =
  /\b(?:nobody|whoever|anew|mends?|mended|mending|shall|(?:is|are|was|were|be|been|being)\s+(?:not\s+)?told|good\s+for\s+nothing)\b/gi;
const products =
  "Anthropic Bitbucket Chromium Forgejo GitHub GitLab Gitea JavaScript Markdown Node.js OpenAI OpenCode OpenRouter PostgreSQL Tembo TypeScript gVisor".split(
    " ",
  );
/** Matches product names in any capitalization, except in URLs, paths and identifiers. */
const productNames = new RegExp(
  `(?<![\\w./:@$#-])(?:${products.join("|").replaceAll(".", "[.]?")}|Postgres)(?![\\w/:@=-]|[.]\\w)`,
  "gi",
);
/** Matches third-party text, which must not be changed. */
const licenses = /(?:^|[/])fixtures[/]NOTICE[.]md$/;
/**
 * Matches source files whose strings people read: pages, messages, help and errors. Excludes tests and their helpers,
 * which are not shipped.
 */
const shown =
  /^(?:web|cli|contract|sdk|server)[/]src[/](?!(?:.*[/])?testing[/]|.*(?:[.]test[.]tsx?|-fixture[.]ts)$)/;
/** Matches the functions of node:test whose first argument is the name of a test. */
const testFunctions = /^(?:test|it|describe|suite)(?:[.](?:only|skip|todo))?$/;

/**
 * Returns a line `file:line: what to change` for each text that breaks a rule of STYLE.md, "Text": long lines in Markdown, replaced words and
 * incorrectly capitalized product names in Markdown, shipped strings, comments and names of tests, and doc comments without a subject. Throws if
 * git lists no files.
 */
export function findTextFaults(root: string): readonly string[] {
  return filesOf(root).flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8");
    if (path.endsWith(".md"))
      return licenses.test(path) ? [] : [...longLines(path, text), ...inMarkdown(path, text)];
    const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const comments = findComments(source);
    return [
      ...inStrings(path, source),
      ...inComments(path, source, comments),
      ...withoutSubject(path, source, comments),
    ];
  });
}

function filesOf(root: string): readonly string[] {
  const options = [
    "--cached",
    "--others",
    "--exclude-standard",
    "-z",
    "*.md",
    "*.ts",
    "*.tsx",
    "*.cjs",
    "*.mjs",
  ];
  const listed = spawnSync("git", ["ls-files", ...options], { cwd: root, encoding: "utf8" });
  // git still lists a deleted file until the deletion is staged.
  const files = listed.stdout.split("\0").filter((path) => path !== "" && existsSync(join(root, path)));
  if (listed.status !== 0 || files.length === 0)
    throw new Error(`Git lists no files in ${root}. ${listed.stderr}`);
  return files;
}

/** Matches a table in a generated block. Its rows cannot be wrapped, and people read it on a page or in the output of a bench. */
const generatedTables = /^<!-- Generated from bench[/]results[/].*?^<!-- End of /gms;

function longLines(path: string, markdown: string): string[] {
  return markdown
    .replaceAll(generatedTables, (block) => block.replaceAll(/^\|.*$/gm, "|"))
    .split("\n")
    .flatMap((line, index) =>
      Array.from(line).length > maxColumns ? [`${path}:${index + 1}: wrap at ${maxColumns} columns`] : [],
    );
}

function inMarkdown(path: string, markdown: string): string[] {
  const prose = withoutFormerWords(
    markdown.replaceAll(/^ *```.*?^ *```/gms, blank).replaceAll(/`(?:[^`\n]|\n(?!\s*\n))*`/g, blank),
  );
  return faultsOf(prose).map(
    ({ index, what }) => `${path}:${prose.slice(0, index).split("\n").length}: ${what}`,
  );
}

/** Blanks the cells in columns titled "before" or "former name", because they quote forbidden wording. */
function withoutFormerWords(markdown: string): string {
  let former = -1;
  return markdown
    .split("\n")
    .map((line) => {
      if (!line.startsWith("|")) former = -1;
      const cells = line.split("|");
      if (former < 0) former = cells.findIndex((cell) => /^ (?:before|former name) $/.test(cell));
      return former < 0
        ? line
        : cells.map((cell, index) => (index === former ? blank(cell) : cell)).join("|");
    })
    .join("\n");
}

/** Checks the names of tests in all files, and all other strings only in files whose strings people read. */
function inStrings(path: string, source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node, isChecked: boolean): void => {
    if (isChecked && isText(node) && !isValue(node)) {
      for (const { what } of faultsOf(node.text))
        found.push(`${path}:${lineOf(source, node.getStart())}: ${what}`);
    }
    ts.forEachChild(node, (child) => visit(child, isChecked || isTestName(child)));
  };
  visit(source, shown.test(path));
  return found;
}

function isTestName(node: ts.Node): boolean {
  const call = node.parent;
  return (
    ts.isCallExpression(call) &&
    call.arguments[0] === node &&
    (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) &&
    testFunctions.test(call.expression.getText())
  );
}

/** True for a string or template without white space, because it is a protocol value or a key. The content of a page is always text. */
function isValue(node: ts.LiteralLikeNode): boolean {
  if (ts.isStringLiteralLike(node)) return !/\s/.test(node.text);
  const template = ts.isTemplateSpan(node.parent) ? node.parent.parent : node.parent;
  if (!ts.isTemplateExpression(template)) return false;
  return ![template.head, ...template.templateSpans.map(({ literal }) => literal)].some(({ text }) =>
    /\s/.test(text),
  );
}

const isText = (node: ts.Node): node is ts.LiteralLikeNode =>
  ts.isStringLiteralLike(node) ||
  ts.isTemplateHead(node) ||
  ts.isTemplateMiddleOrTemplateTail(node) ||
  ts.isJsxText(node);

/** Returns all comments in their order. */
function findComments(source: ts.SourceFile): readonly ts.CommentRange[] {
  const { text } = source;
  const found = new Map<number, ts.CommentRange>();
  const visit = (node: ts.Node): void => {
    const at = node.getFullStart();
    // A comment on the same line as the previous token is a trailing comment.
    for (const comments of [ts.getTrailingCommentRanges(text, at), ts.getLeadingCommentRanges(text, at)])
      for (const comment of comments ?? []) found.set(comment.pos, comment);
    // Unlike forEachChild, includes tokens, because a comment can be before a closing brace.
    for (const child of node.getChildren(source)) if (!ts.isJSDoc(child)) visit(child);
  };
  visit(source);
  return [...found.values()].sort((one, other) => one.pos - other.pos);
}

function inComments(path: string, source: ts.SourceFile, comments: readonly ts.CommentRange[]): string[] {
  let prose = "";
  for (const { pos, end } of comments) {
    // Code separates comments, so a phrase continues only in a comment on the next line.
    prose += source.text.slice(prose.length, pos).replaceAll(/\S/g, ";");
    prose += source.text
      .slice(pos, end)
      .replaceAll(/^(?:[/][/]|[/][*]+| *[*]+)/gm, blank)
      .replaceAll(/`[^`]*`/g, blank);
  }
  return faultsOf(prose).map(({ index, what }) => `${path}:${lineOf(source, index)}: ${what}`);
}

function withoutSubject(path: string, source: ts.SourceFile, comments: readonly ts.CommentRange[]): string[] {
  return comments.flatMap(({ pos, end }) => {
    const comment = source.text.slice(pos, end);
    const word = comment.startsWith("/**") && fragments.exec(comment.replace(/^[\s/*]+/, ""))?.[0];
    if (!word) return [];
    return [
      `${path}:${lineOf(source, pos)}: begin the comment with a verb or a subject in place of "${word}"`,
    ];
  });
}

/** Returns the replaced words and the incorrectly capitalized product names. */
function faultsOf(text: string): readonly { readonly index: number; readonly what: string }[] {
  const words = Array.from(text.matchAll(replacedWords), ({ 0: word, index }) => ({
    index,
    what: `replace "${oneLine(word)}"`,
  }));
  const names = Array.from(text.matchAll(productNames)).flatMap(({ 0: name, index }) => {
    // A lower-case name may be a command or a value.
    const isRight = products.includes(name) || name === name.toLowerCase();
    return isRight ? [] : [{ index, what: `write the product's name in place of "${name}"` }];
  });
  return [...words, ...names];
}

const blank = (text: string) => text.replaceAll(/[^\n]/g, " ");
const oneLine = (text: string) => text.replaceAll(/\s+/g, " ");
const lineOf = (file: ts.SourceFile, position: number) =>
  file.getLineAndCharacterOfPosition(position).line + 1;
