/**
 * Formats a tool's input: a command as in a terminal, and other input as indented JSON. Returns input that is not valid
 * JSON, such as truncated input, unchanged.
 */
export function formatInput(toolKind: string, json: string): string {
  const input = parse(json);
  if (input === undefined) return json;
  const command = toolKind === "execute" ? commandOf(input) : null;
  return command === null ? JSON.stringify(input, null, 2) : `$ ${command}`;
}

function commandOf(input: unknown): string | null {
  if (typeof input !== "object" || input === null || !("command" in input)) return null;
  const { command } = input;
  if (Array.isArray(command)) return command.join(" ");
  return typeof command === "string" ? command : null;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
