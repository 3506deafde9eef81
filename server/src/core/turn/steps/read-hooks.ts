import { AppError } from "../../errors.ts";

export interface Hooks {
  /** Commands run once after the checkout. */
  readonly setupScript: readonly string[];
  /** Commands run before each push. */
  readonly prePush: readonly string[];
}

const MAX_COMMANDS = 50;

/** Reads `.tembo.json`: `setupScript` and `prePush` each hold a shell command or a list of them. Throws `invalid_input`. */
export function readHooks(text: string): Hooks {
  const file = parse(text);
  return { setupScript: commandsOf("setupScript", file), prePush: commandsOf("prePush", file) };
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch (cause) {
    throw new AppError("invalid_input", ".tembo.json is not JSON; its hooks were not run.", { cause });
  }
  throw new AppError("invalid_input", ".tembo.json is not a JSON object; its hooks were not run.");
}

function commandsOf(hook: keyof Hooks, file: Record<string, unknown>): string[] {
  const value = file[hook] ?? [];
  const commands: unknown[] = Array.isArray(value) ? value : [value];
  if (commands.length > MAX_COMMANDS || commands.some((command) => typeof command !== "string")) {
    throw new AppError(
      "invalid_input",
      `"${hook}" in .tembo.json must be a shell command or a list of at most ${MAX_COMMANDS}; hooks were not run.`,
    );
  }
  return commands.filter(
    (command): command is string => typeof command === "string" && command.trim() !== "",
  );
}
