/** An entry that can follow "/". A skill is not a harness command: the agent receives its name as text. */
export interface Command {
  readonly name: string;
  readonly kind: "command" | "skill";
  readonly note: string;
}

/**
 * Finds the harness command that a message contains at the start of a line, as the API expects it. Its arguments are the
 * rest of the text if the message begins with the command, and otherwise the rest of the line. Returns only the text if
 * there is no known command. Pure.
 */
export function splitCommand(words: string, commands: readonly Command[]) {
  const isKnown = (name: string) => commands.some((one) => one.kind === "command" && one.name === name);
  const [, first, rest] = /^\/(\S+)(?:\s+([\s\S]*))?$/.exec(words.trim()) ?? [];
  if (first !== undefined && isKnown(first))
    return { content: `/${first} ${rest ?? ""}`.trim(), slashCommand: command(first, rest) };
  for (const [, name = "", line = ""] of words.matchAll(/^\/(\S+)(?:[ \t]+(.*))?$/gm))
    if (isKnown(name)) return { content: words, slashCommand: command(name, line.trim() || undefined) };
  return { content: words };
}

const command = (name: string, rest: string | undefined) => ({
  command: name,
  ...(rest !== undefined && { arguments: rest }),
});

/** Returns true if a line starts like a command, so that the known commands are needed. Pure. */
export const mayHaveCommand = (words: string): boolean => /^\s*\/\S/m.test(words);
