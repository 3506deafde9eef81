import { AppError } from "../../../base/index.ts";

export type HookName = "setupScript" | "prePush";

export interface Hooks {
  /** Commands that run in the session's first turn, and in a turn that recreated a checkout. */
  readonly setupScript: readonly string[];
  /** Commands that run before the complete work of a turn is pushed. */
  readonly prePush: readonly string[];
  /** True if the harness should fix failing prePush commands. */
  readonly autoFix: boolean;
}

const MAX_COMMANDS = 50;

/**
 * Parses `.tembo.json`. `setupScript` and `prePush` are each a shell command or a list of shell commands. `autoFix` is
 * a boolean. Throws `invalid_input` if the text has another form, or if a list has more than 50 commands.
 */
export function readHooks(text: string): Hooks {
  const file = parse(text);
  const { autoFix = false } = file;
  if (typeof autoFix !== "boolean")
    throw new AppError("invalid_input", '"autoFix" in .tembo.json must be true or false. No hooks were run.');
  return { setupScript: commandsOf("setupScript", file), prePush: commandsOf("prePush", file), autoFix };
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch (cause) {
    throw new AppError("invalid_input", ".tembo.json is not valid JSON. No hooks were run.", { cause });
  }
  throw new AppError("invalid_input", ".tembo.json is not a JSON object. No hooks were run.");
}

function commandsOf(hook: HookName, file: Record<string, unknown>): string[] {
  const value = file[hook] ?? [];
  const commands: unknown[] = Array.isArray(value) ? value : [value];
  if (commands.length > MAX_COMMANDS || commands.some((command) => typeof command !== "string")) {
    throw new AppError(
      "invalid_input",
      `"${hook}" in .tembo.json must be a shell command or a list of at most ${MAX_COMMANDS} commands. No hooks were run.`,
    );
  }
  return commands.filter(
    (command): command is string => typeof command === "string" && command.trim() !== "",
  );
}
