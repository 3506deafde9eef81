import {
  APIConnectionError,
  APIError,
  type APIErrorCode,
  AuthenticationError,
  NotFoundError,
  PermissionDeniedError,
  TemboError,
} from "@tembo-io/sdk";
import { type Command, CommanderError } from "commander";
import { commandLine } from "./complete/place.ts";
import { exitCodeOf } from "./exit-codes.ts";
import { asSentence } from "./sentence.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Error for a failed command, with a message and, if known, the next step. The exit code follows from `code`, which is
 * an error code of the API.
 */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly next: string | null;
  readonly code: APIErrorCode | null;
  constructor(
    message: string,
    next: string | null = null,
    { cause, code = null }: { readonly cause?: unknown; readonly code?: APIErrorCode | null } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.next = next;
    this.code = code;
  }
}

/** Error for arguments or options that are not valid, or not valid together. */
export class UsageError extends CommandError {
  constructor(message: string, next: string | null = null, options: { readonly cause?: unknown } = {}) {
    super(message, next, { ...options, code: "invalid_input" });
  }
}

/** Error for an object that the user named and that does not exist. */
export class MissingError extends CommandError {
  constructor(message: string, next: string | null = null) {
    super(message, next, { code: "not_found" });
  }
}

interface Typed {
  /** The command that was typed, or null if no command is known. */
  readonly command: Command | null;
  readonly isJson: boolean;
}

/**
 * Prints the error and the next step on standard error, as text or as one line of JSON. Prints a stack trace only for
 * unexpected errors. Returns the exit code.
 */
export function printFailure(terminal: Terminal, error: unknown, { command, isJson }: Typed): number {
  const { message, next } = explain(error, command);
  const code = codeOf(error);
  if (isJson) {
    const { field = null, status, requestID = null } = error instanceof APIError ? error : {};
    terminal.failure({
      message,
      ...(code !== null && { code }),
      ...(field !== null && { field }),
      ...(status !== undefined && { status }),
      ...(requestID !== null && { requestId: requestID }),
      ...(next !== null && { next }),
    });
  } else {
    terminal.note({ style: "red", text: "tembo: " }, message);
    if (next !== null) terminal.hint(next);
  }
  return exitCodeOf(code);
}

/** Returns the error code (docs/reference/errors.md), or null if the error has none. */
function codeOf(error: unknown): string | null {
  if (error instanceof CommandError) return error.code;
  if (error instanceof CommanderError) return "invalid_input";
  if (error instanceof APIConnectionError) return "unreachable";
  if (error instanceof APIError) return error.code;
  const isOfServer = error instanceof Error && error.name === "AppError" && "code" in error;
  return isOfServer ? String(error.code) : null;
}

interface Explained {
  readonly message: string;
  readonly next: string | null;
}

function explain(error: unknown, command: Command | null): Explained {
  if (error instanceof CommandError) return error;
  if (error instanceof CommanderError) return explainUsage(error, command);
  if (error instanceof APIError && error.code === "invalid_id" && error.field !== null)
    return explainId(error.field, command);
  if (error instanceof APIError) return { message: error.message, next: nextAfter(error, command) };
  if (error instanceof TemboError) return { message: error.message, next: null };
  // Commands that run the server on this machine can throw errors of the server. Such errors have a code and a readable
  // message.
  if (error instanceof Error && error.name === "AppError") return { message: error.message, next: null };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: `Unexpected error. This is a bug in Tembo. ${text}`, next: null };
}

/** Explains an argument that is not a valid ID. */
function explainId(field: string, command: Command | null): Explained {
  const words = field.replace(/Id$/, "").replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const noun = words.replace(/^(?:api|mcp)\b/, (name) => name.toUpperCase());
  return {
    message: `The ${noun} ID is not valid, because it is not a UUID.`,
    next: showsWhatThereIs(command),
  };
}

/** Explains arguments that are not a valid command. */
function explainUsage(
  { code, message: commanderMessage }: CommanderError,
  command: Command | null,
): Explained {
  const [, message = commanderMessage, similar] =
    /^(?:error: )?([^\n]*)(?:\n\(Did you mean ([^)]*)\?\))?/.exec(commanderMessage) ?? [];
  const typed = command === null ? "tembo" : commandLine(command);
  const help = `${typed} --help`;
  if (code === "commander.help") return { message: `"${typed}" requires a subcommand.`, next: help };
  if (similar === undefined) return { message, next: help };
  const [first = ""] = similar.replace(/^one of /, "").split(", ");
  return {
    message: `${asSentence(message)} Did you mean ${similar}?`,
    next: first.startsWith("-") ? help : `${typed} ${first}`,
  };
}

function nextAfter(error: APIError, command: Command | null): string | null {
  if (error instanceof AuthenticationError)
    return 'run "tembo login" with an API key for this server, or set TEMBO_API_KEY. Create a key in the dashboard under Settings, or use the key that the server printed on its first start.';
  if (error instanceof PermissionDeniedError)
    return '"tembo whoami" shows the key\'s owner. "tembo member list" shows the admins.';
  if (error instanceof NotFoundError) return showsWhatThereIs(command);
  if (error instanceof APIConnectionError)
    return 'start a server with "tembo start", or set its URL with --url or TEMBO_BASE_URL.';
  if ((error.status ?? 0) < 500 || error.requestID === null) return null;
  return `look for request ${error.requestID} in the server's log.`;
}

function showsWhatThereIs(command: Command | null): string {
  const lists = listsFor(command).map((line) => `"${line}"`);
  return `${lists.join(" and ")} ${lists.length === 1 ? "lists" : "list"} valid IDs.`;
}

/**
 * Returns the commands that list possible values: the `list` command next to this command, or next to the nearest
 * parent that has one. Defaults to the lists of sessions and repositories.
 */
function listsFor(command: Command | null): string[] {
  for (let at = command; at?.parent; at = at.parent) {
    const beside = at.parent.commands.find((one) => one.name() === "list");
    if (beside !== undefined && beside !== command) return [commandLine(beside)];
  }
  return ["tembo session list", "tembo repo list"];
}
