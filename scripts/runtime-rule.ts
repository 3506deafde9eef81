import { readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { checkSource, type SourceRule } from "./source-findings.ts";

/**
 * Matches exempt files: the tools in server/src/runtime/, and programs that run inside a sandbox or confined, where the
 * server's code is unavailable.
 */
const exempt = /^runtime[/]|^harness[/]stub[/]|^layers[/]find-text[/]main[.]ts$/;
/**
 * Matches tests and test support, in which waiting and collecting are not restricted. The rule about abort listeners
 * still applies to them.
 */
const tests =
  /[.]test[.]ts$|(?:^|[/])testing[/]|-fixture[.]ts$|-contract[.]ts$|^(?:sandbox|layers)[/]contract[/]/;
/**
 * Matches a queue that alternates between known and unknown requesters and evicts entries. A semaphore supports
 * neither.
 */
const queuesOfTheirOwn = /(?:^|[/])sign-in[/]hash-queue[.]ts$/;

/**
 * Returns a line `file:line: what` for each place in server/src that duplicates a tool of server/src/runtime/. Throws
 * if there are no files.
 */
export function findPrivateCopies(root: string): readonly string[] {
  const source = join(root, "server/src");
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && !exempt.test(path),
  );
  if (files.length === 0) throw new Error(`No files found in ${source}.`);
  return files.sort().flatMap((path) => checkSource(root, `server/src/${path}`, rulesFor(path)));
}

function rulesFor(path: string): readonly SourceRule[] {
  const rules: SourceRule[] = [abortListener];
  if (!tests.test(path))
    rules.push(importedTimer, waitingLoop, promiseChain, byteReader, timedRace, startedProgram);
  if (!tests.test(path) && !queuesOfTheirOwn.test(path)) rules.push(waitingLine);
  return rules;
}

function abortListener(node: ts.Node): string | null {
  const what = "adds an abort listener by hand; use onAbort or whenAborted";
  if (ts.isBinaryExpression(node) && isAssignment(node) && /[.]onabort$/.test(node.left.getText()))
    return what;
  if (!ts.isCallExpression(node)) return null;
  const name = calledName(node);
  const isListening =
    name === "addAbortListener" ||
    (/^(?:add|remove)EventListener$|^once$|^on$/.test(name) && node.arguments.some(isAbort));
  return isListening ? what : null;
}

const isAbort = (node: ts.Node) => ts.isStringLiteralLike(node) && node.text === "abort";

function importedTimer(node: ts.Node): string | null {
  if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) return null;
  return /^(?:node:)?timers[/]promises$/.test(node.moduleSpecifier.text)
    ? "imports a timer; use delay, retry or pollUntil"
    : null;
}

/** Finds a loop that waits, which is a retry or a poll. */
function waitingLoop(node: ts.Node): string | null {
  if (!ts.isIterationStatement(node, false)) return null;
  return contains(node.statement, (inner) => ts.isAwaitExpression(inner) && isWait(inner.expression))
    ? "waits in a loop; use retry or pollUntil"
    : null;
}

function isWait(expression: ts.Expression): boolean {
  return contains(
    expression,
    (inner) =>
      (ts.isCallExpression(inner) &&
        /^(?:#?(?:delay|delayOrAbort|sleep|wait|pause))$/.test(calledName(inner))) ||
      (ts.isNewExpression(inner) && /^new Promise\b[\s\S]*\bsetTimeout\(/.test(inner.getText())),
  );
}

/** Finds `let last = Promise.resolve()` in a file that also calls `last.then(`, which is a queue with one worker. */
function promiseChain(node: ts.Node, file: ts.SourceFile): string | null {
  const isVariable = ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node);
  if (!isVariable || node.initializer?.getText() !== "Promise.resolve()") return null;
  const name = ts.isPropertyDeclaration(node) ? `this.${node.name.getText()}` : node.name.getText();
  const isChained = contains(
    file,
    (inner) =>
      ts.isPropertyAccessExpression(inner) &&
      inner.name.text === "then" &&
      inner.expression.getText() === name,
    true,
  );
  return isChained ? "chains promises by hand; use Semaphore, KeyedMutex or TaskSequence" : null;
}

/** Finds code that collects stream chunks in an array and later joins them to a buffer. */
function byteReader(node: ts.Node): string | null {
  const chunk = chunkOf(node);
  if (chunk === null) return null;
  const file = node.getSourceFile();
  const isJoined = (array: string) =>
    contains(
      file,
      (inner) => ts.isCallExpression(inner) && inner.getText().startsWith(`Buffer.concat(${array}`),
      true,
    );
  return contains(
    chunk.body,
    (inner) =>
      ts.isCallExpression(inner) &&
      ts.isPropertyAccessExpression(inner.expression) &&
      inner.expression.name.text === "push" &&
      inner.arguments.some((argument) => mentions(argument, chunk.name)) &&
      isJoined(inner.expression.expression.getText()),
  )
    ? "collects bytes by hand; use readBounded, BoundedBuffer or TailBuffer"
    : null;
}

/**
 * Parses `for await (const chunk of ...)` and `on("data", (chunk) => ...)`. Returns the chunk's name and the body of
 * the loop or callback.
 */
function chunkOf(node: ts.Node): { readonly name: string; readonly body: ts.Node } | null {
  if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) {
    const [variable] = ts.isVariableDeclarationList(node.initializer) ? node.initializer.declarations : [];
    return variable === undefined ? null : { name: variable.name.getText(), body: node.statement };
  }
  if (!ts.isCallExpression(node) || calledName(node) !== "on") return null;
  const [event, handler] = node.arguments;
  if (event === undefined || !ts.isStringLiteral(event) || event.text !== "data") return null;
  if (handler === undefined || !ts.isArrowFunction(handler)) return null;
  const [parameter] = handler.parameters;
  return parameter === undefined ? null : { name: parameter.name.getText(), body: handler.body };
}

/** Finds a function that starts a timer and races a promise against it. */
function timedRace(node: ts.Node): string | null {
  if (!ts.isFunctionLike(node) || !("body" in node) || node.body === undefined) return null;
  const calls = (pattern: RegExp, isDeep: boolean) =>
    contains(
      node.body!,
      (inner) => ts.isCallExpression(inner) && pattern.test(inner.expression.getText()),
      isDeep,
    );
  // The timer can start in the executor of a promise.
  return calls(/^Promise[.]race$/, false) && calls(/^setTimeout$/, true)
    ? "races against a timer; use withTimeout"
    : null;
}

/** Finds `spawn(` whose failure may end the server. */
function startedProgram(node: ts.Node): string | null {
  if (!ts.isCallExpression(node) || node.expression.getText() !== "spawn") return null;
  const { parent } = node;
  const isChecked =
    ts.isArrowFunction(parent) &&
    ts.isCallExpression(parent.parent) &&
    calledName(parent.parent) === "startProgram";
  return isChecked ? null : "starts a program whose failure may end the server; use startProgram";
}

/** Finds `new Promise((resolve) => waiting.push(resolve))`, which is a semaphore or another queue for permits. */
function waitingLine(node: ts.Node): string | null {
  if (!ts.isNewExpression(node) || node.expression.getText() !== "Promise") return null;
  const [executor] = node.arguments ?? [];
  if (executor === undefined || !ts.isArrowFunction(executor)) return null;
  const resolve = executor.parameters[0]?.name.getText();
  if (resolve === undefined) return null;
  const isQueued = contains(
    executor.body,
    (inner) =>
      ts.isCallExpression(inner) &&
      ts.isPropertyAccessExpression(inner.expression) &&
      /^(?:push|add|unshift)$/.test(inner.expression.name.text) &&
      inner.arguments.some((argument) => mentions(argument, resolve)),
  );
  return isQueued ? "queues for a permit by hand; use Semaphore" : null;
}

const isAssignment = (node: ts.BinaryExpression) => node.operatorToken.kind === ts.SyntaxKind.EqualsToken;

function calledName({ expression }: ts.CallExpression): string {
  if (ts.isIdentifier(expression)) return expression.text;
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : "";
}

/** Returns true if the node or a descendant matches. Searches nested functions only if `isDeep` is true. */
function contains(node: ts.Node, fits: (inner: ts.Node) => boolean, isDeep = false): boolean {
  if (fits(node)) return true;
  const isFound = (inner: ts.Node) => (isDeep || !ts.isFunctionLike(inner)) && contains(inner, fits, isDeep);
  return ts.forEachChild(node, (inner) => isFound(inner) || undefined) === true;
}

const mentions = (node: ts.Node, name: string) =>
  contains(node, (inner) => ts.isIdentifier(inner) && inner.text === name, true);
