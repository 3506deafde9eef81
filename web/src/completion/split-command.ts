/** What may stand behind a "/". A skill is no command: its name is said to the agent, who has it. */
export interface Command {
  readonly name: string;
  readonly kind: "command" | "skill";
  readonly note: string;
}

/** A message that begins with a command of the harness, as the API takes it. Pure. */
export function splitCommand(words: string, commands: readonly Command[]) {
  const [, name, rest] = /^\/(\S+)(?:\s+([\s\S]*))?$/.exec(words.trim()) ?? [];
  const isKnown = commands.some((one) => one.kind === "command" && one.name === name);
  if (name === undefined || !isKnown) return { content: words };
  const content = `/${name} ${rest ?? ""}`.trim();
  return { content, slashCommand: { command: name, ...(rest !== undefined && { arguments: rest }) } };
}
