import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** Exports of Node modules that open connections, by module. A null value means every export. */
const reachingOut: Readonly<Record<string, readonly string[] | null>> = {
  undici: null,
  http: ["request", "get", "Agent", "ClientRequest", "globalAgent"],
  https: ["request", "get", "Agent", "globalAgent"],
  http2: ["connect"],
  net: ["connect", "createConnection", "Socket", "Stream"],
  tls: ["connect"],
  dgram: ["createSocket", "Socket"],
};
const globals: readonly string[] = ["fetch", "WebSocket", "EventSource", "XMLHttpRequest"];

/**
 * Matches exempt files: tests, files that only tests use, the outbound module and code whose connections never depend
 * on a request. The latter are for PostgreSQL, the git runner's pipe and the ports of an unsafe sandbox.
 */
const exempt =
  /[.]test[.]ts$|(?:^|[/])testing[/]|-fixture[.]ts$|^sandbox[/]contract[/]|^outbound[/]|^store[/]database-socket[.]ts$|^host-git[/]runner[.]ts$|^sandbox[/]unsafe-local[/]connect-to-loopback[.]ts$/;

/** Returns a line `file:line: what` for each import or global with which server/src bypasses the outbound module. Throws if there are no files. */
export function findDirectRequests(root: string): readonly string[] {
  const source = join(root, "server/src");
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && !exempt.test(path),
  );
  if (files.length === 0) throw new Error(`No files found in ${source}.`);
  return files.sort().flatMap((path) => {
    const file = ts.createSourceFile(
      path,
      readFileSync(join(source, path), "utf8"),
      ts.ScriptTarget.Latest,
      true,
    );
    return findIn(file).map(
      ({ node, what }) =>
        `server/src/${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${what}`,
    );
  });
}

interface Finding {
  readonly node: ts.Node;
  readonly what: string;
}

function findIn(file: ts.SourceFile): Finding[] {
  const found: Finding[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) found.push(...findInImport(node));
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [module] = node.arguments;
      if (module !== undefined && ts.isStringLiteralLike(module) && nameOf(module) in reachingOut)
        found.push({ node, what: `imports ${module.text}` });
    } else if (ts.isIdentifier(node) && isGlobalUse(node)) found.push({ node, what: `uses ${node.text}` });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const nameOf = ({ text }: ts.StringLiteralLike) => text.replace(/^node:/, "");

function findInImport(node: ts.ImportDeclaration): Finding[] {
  const module = node.moduleSpecifier as ts.StringLiteral;
  const clause = node.importClause;
  const name = nameOf(module);
  if (!(name in reachingOut) || clause === undefined || clause.phaseModifier === ts.SyntaxKind.TypeKeyword)
    return [];
  const denied = reachingOut[name] ?? null;
  const bindings = clause.namedBindings;
  const isWhole = clause.name !== undefined || (bindings !== undefined && ts.isNamespaceImport(bindings));
  if (isWhole) return [{ node, what: `imports all of ${module.text}` }];
  return (bindings as ts.NamedImports).elements
    .filter((element) => !element.isTypeOnly)
    .map((element) => (element.propertyName ?? element.name).text)
    .filter((imported) => denied === null || denied.includes(imported))
    .map((imported) => ({ node, what: `imports ${imported} of ${module.text}` }));
}

/**
 * Returns true if the identifier refers to the global and not to a parameter, a variable or an import with that name.
 */
function isGlobalUse(node: ts.Identifier): boolean {
  if (!globals.includes(node.text)) return false;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node)
    return (
      ts.isIdentifier(parent.expression) && /^(?:globalThis|global|window|self)$/.test(parent.expression.text)
    );
  const isValue =
    (ts.isCallExpression(parent) && parent.expression === node) ||
    (ts.isNewExpression(parent) && parent.expression === node) ||
    ts.isShorthandPropertyAssignment(parent) ||
    (ts.isPropertyAssignment(parent) && parent.initializer === node) ||
    ((ts.isParameter(parent) || ts.isVariableDeclaration(parent) || ts.isBindingElement(parent)) &&
      parent.initializer === node) ||
    (ts.isCallExpression(parent) && parent.arguments.includes(node)) ||
    (ts.isBinaryExpression(parent) && parent.right === node);
  return isValue && !isBound(node);
}

function isBound(node: ts.Identifier): boolean {
  for (let scope: ts.Node | undefined = node.parent; scope !== undefined; scope = scope.parent) {
    if (ts.isFunctionLike(scope) && scope.parameters.some(({ name }) => binds(name, node))) return true;
    if ((ts.isBlock(scope) || ts.isSourceFile(scope)) && scope.statements.some((one) => declares(one, node)))
      return true;
  }
  return false;
}

function declares(statement: ts.Statement, node: ts.Identifier): boolean {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.some(({ name }) => binds(name, node));
  if (ts.isFunctionDeclaration(statement)) return statement.name?.text === node.text;
  if (!ts.isImportDeclaration(statement)) return false;
  const bindings = statement.importClause?.namedBindings;
  return bindings !== undefined && ts.isNamedImports(bindings)
    ? bindings.elements.some(({ name }) => name.text === node.text)
    : false;
}

/**
 * Returns true if this declaration binds the name. In a default value such as `fetch = fetch`, the second `fetch` still
 * refers to the global.
 */
function binds(name: ts.BindingName, node: ts.Identifier): boolean {
  if (ts.isIdentifier(name)) return name.text === node.text && !isDefaultOf(name, node);
  return name.elements.some((element) => ts.isBindingElement(element) && binds(element.name, node));
}

const isDefaultOf = (name: ts.Identifier, node: ts.Identifier) =>
  name.parent === node.parent && "initializer" in node.parent && node.parent.initializer === node;
