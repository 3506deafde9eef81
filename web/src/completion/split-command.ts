/** An entry that can follow "/". A skill is not a harness command: the agent receives its name as text. */
export interface Command {
  readonly name: string;
  readonly kind: "command" | "skill";
  readonly note: string;
}

/**
 * Separates a harness command at the beginning from the rest, as the API expects. Returns only the text if it begins
 * with no known command. Pure.
 */
export function splitCommand(words: string, commands: readonly Command[]) {
  const [, name, rest] = /^\/(\S+)(?:\s+([\s\S]*))?$/.exec(words.trim()) ?? [];
  const isKnown = commands.some((one) => one.kind === "command" && one.name === name);
  if (name === undefined || !isKnown) return { content: words };
  const content = `/${name} ${rest ?? ""}`.trim();
  return { content, slashCommand: { command: name, ...(rest !== undefined && { arguments: rest }) } };
}
