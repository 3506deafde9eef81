import { existsSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { reachableModules } from "./reachable-modules.ts";
import { checkSource, type SourceRule } from "./source-findings.ts";

/** Modules from which every client command is reachable. */
const roots = ["cli/src/program.ts", "cli/src/terminal.ts"];
/** The entry point. It loads the modules for server commands only for those. */
const entry = "cli/src/main.ts";

/** The folder with the code that depends on the platform. Its functions receive the platform, and tests pass each one. */
const platformFolder = "cli/src/platform/";

/**
 * Exports of the server that the command may load, by the module that loads them. `portable` exports belong to client
 * commands, so the rule also applies to their modules. The others run only on Linux, which the command checks first.
 */
const serverExports: readonly {
  readonly in: string;
  readonly name: string;
  readonly portable: string | null;
}[] = [
  { in: "cli/src/commands/server/local-server.ts", name: "@tembo/server", portable: null },
  { in: "cli/src/commands/server/local-server.ts", name: "@tembo/server/doctor", portable: null },
  { in: "cli/src/commands/server/local-server.ts", name: "@tembo/server/replay", portable: null },
  {
    in: "cli/src/commands/mcp/serve-mcp.ts",
    name: "@tembo/server/mcp",
    portable: "server/src/http/mcp/serve-stdio.ts",
  },
];

/** Programs that exist on each platform, or whose absence the command reports. */
const programs: ReadonlySet<string> = new Set(["git"]);
/** git writes `/dev/null` in patches on every platform. */
const patchParser = "sdk/src/patch/parse-patch.ts";
const modeFunctions = /^(?:f|l)?ch(?:mod|own)(?:Sync)?$/;
const unixOnly = /^(?:get|set)e?[ug]id$|^(?:get|set|init)groups$|^(?:umask|execve|kill)$/;
const unixPath = /^\/(?:proc|dev|sys|tmp|etc|bin|sbin|usr|opt|var|run|home|root)(?:\/|$)/;
const starters = /^(?:spawn|spawnSync|execFile|execFileSync)$/;
const shells = /^(?:exec|execSync)$/;

/**
 * Returns a line `file:line: what` for each place that would fail on macOS or Windows in the modules that client commands
 * load, and for each import of the server that is not permitted. Throws if a root does not exist.
 */
export function findLinuxOnly(root: string): readonly string[] {
  for (const file of [...roots, entry])
    if (!existsSync(join(root, file))) throw new Error(`${file} does not exist.`);
  const reach = reachableModules(root);
  const portable = serverExports.flatMap(({ portable: file }) => (file === null ? [] : [file]));
  const starts = [...roots, ...portable];
  const files = new Set([entry, ...starts, ...starts.flatMap((file) => [...reach(file)])]);
  return [...files]
    .filter((file) => /\.ts$/.test(file) && !file.startsWith(platformFolder) && existsSync(join(root, file)))
    .sort()
    .flatMap((file) => checkSource(root, file, rules));
}

const rules: readonly SourceRule[] = [
  serverImport,
  modeFunction,
  fileMode,
  unixProcess,
  signal,
  absolutePath,
  startedProgram,
  homeVariable,
  posixPaths,
];

/** Finds the name of an export of the server, also in a variable, and paths into the server. */
function serverImport(node: ts.Node, { fileName: file }: ts.SourceFile): string | null {
  if (!ts.isStringLiteralLike(node) || file.startsWith("server/")) return null;
  if (!/^@tembo\/server(?:\/|$)|^(?:\.\.\/)+server\/src\//.test(node.text)) return null;
  const isPermitted = serverExports.some((one) => one.in === file && one.name === node.text);
  return isPermitted ? null : `loads ${node.text}`;
}

function modeFunction(node: ts.Node): string | null {
  if (!ts.isImportSpecifier(node)) return null;
  const { text } = node.propertyName ?? node.name;
  return modeFunctions.test(text) ? `imports ${text}; Windows has no file modes` : null;
}

/** Finds `.mode &` and `mode: 0o...`. */
function fileMode(node: ts.Node): string | null {
  const isMasked =
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.AmpersandToken &&
    /\bmode$/.test(node.left.getText());
  const isSet =
    ts.isPropertyAssignment(node) &&
    node.name.getText() === "mode" &&
    ts.isNumericLiteral(node.initializer) &&
    /^0o/i.test(node.initializer.getText());
  return isMasked || isSet ? "uses a file mode; Windows has none" : null;
}

function unixProcess(node: ts.Node): string | null {
  if (!ts.isPropertyAccessExpression(node) || node.expression.getText() !== "process") return null;
  return unixOnly.test(node.name.text) ? `uses process.${node.name.text}` : null;
}

/** Finds signals other than SIGINT, which Ctrl-C sends on each platform. */
function signal(node: ts.Node): string | null {
  if (!ts.isStringLiteralLike(node) || !/^SIG[A-Z0-9]+$/.test(node.text)) return null;
  return node.text === "SIGINT" ? null : `uses ${node.text}`;
}

function absolutePath(node: ts.Node, { fileName: file }: ts.SourceFile): string | null {
  const isText = ts.isStringLiteralLike(node) || ts.isTemplateHead(node);
  if (isText && file === patchParser && node.text === "/dev/null") return null;
  return isText && unixPath.test(node.text) ? `uses the path ${node.text}` : null;
}

function startedProgram(node: ts.Node): string | null {
  if (ts.isPropertyAssignment(node) && node.name.getText() === "shell")
    return node.initializer.kind === ts.SyntaxKind.TrueKeyword ? "starts a shell" : null;
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return null;
  const name = node.expression.text;
  if (shells.test(name)) return "starts a shell";
  const [program] = node.arguments;
  if (!starters.test(name) || program === undefined) return null;
  if (!ts.isStringLiteralLike(program)) return "starts a program that the rule cannot check";
  return programs.has(program.text) ? null : `starts ${program.text}`;
}

/** Finds `env.HOME`, `env["HOME"]` and `{ HOME }`. Windows does not set the variable. */
function homeVariable(node: ts.Node): string | null {
  const isRead =
    (ts.isPropertyAccessExpression(node) && node.name.text === "HOME") ||
    (ts.isBindingElement(node) && (node.propertyName ?? node.name).getText() === "HOME") ||
    (ts.isElementAccessExpression(node) && /^["']HOME["']$/.test(node.argumentExpression.getText()));
  return isRead ? "reads HOME; use the machine's home folder" : null;
}

function posixPaths(node: ts.Node): string | null {
  if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) return null;
  const isPosix =
    /^(?:node:)?path\/posix$/.test(node.moduleSpecifier.text) ||
    (/^(?:node:)?path$/.test(node.moduleSpecifier.text) && /\bposix\b/.test(node.getText()));
  return isPosix ? "uses POSIX paths; import from node:path" : null;
}
