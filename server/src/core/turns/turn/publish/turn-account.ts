import { type EventData, lastWords, noWords } from "../../../sessions/index.ts";
import { provesResult } from "./proves-result.ts";

/** The turn's work as recorded in its events. */
export interface TurnAccount {
  /** The harness's last text, without surrounding whitespace. */
  readonly answer: string;
  /** The last message that the harness sent to the person with a tool, or null if it sent none. */
  readonly response: string | null;
  /**
   * Commands that check the work and have a meaningful exit code, each with its latest exit code. Contains at most the
   * latest 20, oldest first.
   */
  readonly checks: readonly { readonly command: string; readonly exitCode: number }[];
}

const CHECKING =
  /\b(test|tests|vitest|jest|pytest|tox|rspec|phpunit|lint|eslint|biome|prettier|ruff|mypy|tsc|typecheck|check|build|compile|clippy|vet|verify|make)\b/;
const MAX_CHECKS = 20;
const MAX_COMMAND_LENGTH = 200;

/** Derives the summary from the events of one turn, in order. Pure. */
export function accountOf(events: readonly EventData[]): TurnAccount {
  let words = noWords;
  let response: string | null = null;
  const checks = new Map<string, number>();
  for (const event of events) {
    words = lastWords(words, event);
    if (event.type === "response.given") response = event.text;
    if (event.type === "toolCall") {
      const command = event.kind === "execute" ? commandOf(event.input) : null;
      const isOver = event.status === "completed" || event.status === "failed";
      if (command !== null && isOver && CHECKING.test(command)) note(checks, command, event.exitCode);
    }
    if (event.type === "hook.finished" && event.hook === "prePush")
      note(checks, event.command, event.exitCode);
  }
  return {
    answer: words.text.trim(),
    response,
    checks: [...checks].slice(-MAX_CHECKS).map(([command, exitCode]) => ({ command, exitCode })),
  };
}

/**
 * Records the latest result of a command, at its latest position. A run with an unknown exit code removes an earlier
 * result.
 */
function note(checks: Map<string, number>, command: string, exitCode: number | null): void {
  const line = command.replaceAll(/\s+/g, " ").trim();
  if (line.length > MAX_COMMAND_LENGTH || !provesResult(command)) return;
  checks.delete(line);
  if (exitCode !== null) checks.set(line, exitCode);
}

/**
 * Returns the `command` field of a tool call's input, which has the same name in all harnesses. Returns null for a
 * background command, because its call ends before the command does.
 */
function commandOf(input: string | null): string | null {
  if (input === null) return null;
  try {
    const parsed: unknown = JSON.parse(input);
    if (typeof parsed !== "object" || parsed === null || !("command" in parsed)) return null;
    const isInBackground = Object.entries(parsed).some(
      ([name, value]) => /background/i.test(name) && value === true,
    );
    return typeof parsed.command === "string" && !isInBackground ? parsed.command : null;
  } catch {
    // A truncated input is not valid JSON, so there is no command to show.
    return null;
  }
}
