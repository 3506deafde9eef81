import { existsSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join, normalize, relative } from "node:path";
import ts from "typescript";

export interface CollectedModules {
  /** Text of each module, which is JavaScript or JSON, by the path of its file below the root. */
  readonly modules: ReadonlyMap<string, string>;
  /** Names of the packages that the modules import. */
  readonly packages: ReadonlySet<string>;
}

/**
 * Converts the entries and all modules that they import to JavaScript, including modules of the workspaces. Replaces types by spaces, exactly
 * as Node does when it runs the clone, so the lines and columns of stack traces stay the same. Imports of workspaces become relative. Throws
 * if a file that a module imports is missing.
 */
export function collectModules(
  root: string,
  entries: readonly string[],
  workspaces: readonly string[],
): CollectedModules {
  const exported = new Map(workspaces.flatMap((workspace) => exportsOf(root, workspace)));
  const modules = new Map<string, string>();
  const packages = new Set<string>();
  const waiting = [...entries];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const target = toJavaScript(file);
    if (modules.has(target)) continue;
    const source = readFileSync(join(root, file), "utf8");
    if (file.endsWith(".json")) {
      modules.set(target, source);
      continue;
    }
    const code = stripTypeScriptTypes(source);
    const edits: Edit[] = [];
    for (const { name, start, end } of importsIn(code, file)) {
      const imported = name.startsWith(".") ? normalize(join(dirname(file), name)) : exported.get(name);
      if (imported === undefined) {
        if (!name.startsWith("node:")) packages.add(packageOf(name));
        continue;
      }
      if (!existsSync(join(root, imported)))
        throw new Error(`${file} imports ${name}, which does not exist.`);
      waiting.push(imported);
      edits.push({ start, end, text: relativeImport(target, toJavaScript(imported)) });
    }
    modules.set(target, applyEdits(code, edits));
  }
  return { modules, packages };
}

function toJavaScript(file: string): string {
  return file.replace(/\.ts$/, ".js");
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Returns the specifiers in a module, with the positions of their text between the quotes. */
function importsIn(code: string, file: string): { name: string; start: number; end: number }[] {
  const source = ts.createSourceFile(
    toJavaScript(file),
    code,
    ts.ScriptTarget.Latest,
    true,
    ts.ScriptKind.JS,
  );
  const found: { name: string; start: number; end: number }[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) {
      const literal = ts.isIdentifier(specifier) ? constantNamed(specifier.text, source) : specifier;
      if (literal === undefined || !ts.isStringLiteral(literal))
        throw new Error(`${file} imports a module whose name is neither a literal nor a constant.`);
      found.push({ name: literal.text, start: literal.getStart() + 1, end: literal.getEnd() - 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function specifierOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  const isImport = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isImport ? node.arguments[0] : undefined;
}

/** The command imports the server with a constant, so that the compiler does not load the server's types. */
function constantNamed(name: string, source: ts.SourceFile): ts.Expression | undefined {
  return source.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations)
    .find((declaration) => ts.isIdentifier(declaration.name) && declaration.name.text === name)?.initializer;
}

function applyEdits(code: string, edits: readonly Edit[]): string {
  const last = edits.toSorted((a, b) => b.start - a.start);
  return last.reduce((text, { start, end, text: by }) => text.slice(0, start) + by + text.slice(end), code);
}

function relativeImport(from: string, to: string): string {
  const path = relative(dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

/** Returns the names under which other workspaces import a workspace's files. */
function exportsOf(root: string, workspace: string): [name: string, file: string][] {
  const { name, exports = {} } = JSON.parse(readFileSync(join(root, workspace, "package.json"), "utf8"));
  return Object.entries(exports as Record<string, string>).map(([key, file]) => [
    `${name}${key.slice(1)}`,
    normalize(join(workspace, file)),
  ]);
}
