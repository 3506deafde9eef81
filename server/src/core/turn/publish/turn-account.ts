import { lastWords, noWords } from "../../conversation/reply/last-words.ts";
import type { EventData } from "../../event/event.ts";

/** What a turn's events say of its work. */
export interface TurnAccount {
  /** The harness's last words. */
  readonly answer: string;
  /** What it said last to the person by itself; null when it did not. */
  readonly response: string | null;
  /** Commands that check, in order, with how each ended last. */
  readonly checks: readonly { readonly command: string; readonly isPassed: boolean }[];
}

const CHECKING =
  /\b(test|tests|vitest|jest|pytest|tox|rspec|phpunit|lint|eslint|biome|prettier|ruff|mypy|tsc|typecheck|check|build|compile|clippy|vet|verify|make)\b/;
const MAX_CHECKS = 20;
const MAX_COMMAND_LENGTH = 200;

/** Reads the events of one turn, in order. Pure. */
export function accountOf(events: readonly EventData[]): TurnAccount {
  let words = noWords;
  let response: string | null = null;
  const checks = new Map<string, boolean>();
  for (const event of events) {
    words = lastWords(words, event);
    if (event.type === "response.given") response = event.text;
    if (event.type === "toolCall") {
      const command = event.kind === "execute" ? commandOf(event.input) : null;
      const isOver = event.status === "completed" || event.status === "failed";
      if (command !== null && isOver && CHECKING.test(command))
        note(checks, command, event.status === "completed");
    }
    if (event.type === "hook.finished" && event.hook === "prePush")
      note(checks, event.command, event.exitCode === 0);
  }
  return {
    answer: words.text.trim(),
    response,
    checks: [...checks].slice(-MAX_CHECKS).map(([command, isPassed]) => ({ command, isPassed })),
  };
}

/** The latest result of a command counts, at its latest place. */
function note(checks: Map<string, boolean>, command: string, isPassed: boolean): void {
  const line = command.replaceAll(/\s+/g, " ").trim();
  if (line === "" || line.length > MAX_COMMAND_LENGTH) return;
  checks.delete(line);
  checks.set(line, isPassed);
}

/** Harnesses name the field alike: `command`. */
function commandOf(input: string | null): string | null {
  if (input === null) return null;
  try {
    const parsed: unknown = JSON.parse(input);
    const command =
      typeof parsed === "object" && parsed !== null && "command" in parsed ? parsed.command : null;
    return typeof command === "string" ? command : null;
  } catch {
    // Cut at its limit, it is no JSON any more, and no command to show.
    return null;
  }
}
