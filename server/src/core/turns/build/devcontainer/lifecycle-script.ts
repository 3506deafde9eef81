import type { Lifecycle, LifecycleCommand } from "../base-files.ts";
import { splitVariables, type VariableReference } from "./variables.ts";

/**
 * Returns a lifecycle command of a dev container as a script for sh. The commands of an object run at the same time, and the
 * script fails if one of them fails. A variable of the container is read when the script runs, because a sandbox adds its own.
 * Pure.
 */
export function lifecycleScript(command: Lifecycle, workspaceFolder: string): string {
  const script = (one: LifecycleCommand) => toScript(one, workspaceFolder);
  if (typeof command === "string" || Array.isArray(command)) return script(command as LifecycleCommand);
  const started = Object.values(command).map((one) => `(\n${script(one)}\n) &\nids="$ids $!"`);
  return [
    "ids=",
    ...started,
    "code=0",
    'for id in $ids; do wait "$id" || code=$?; done',
    '(exit "$code")',
  ].join("\n");
}

function toScript(command: LifecycleCommand, workspaceFolder: string): string {
  const join = (text: string, toLiteral: (part: string) => string, toReference: (part: string) => string) =>
    splitVariables(text, workspaceFolder)
      .map((part) => (typeof part === "string" ? toLiteral(part) : toReference(shellReference(part))))
      .join("");
  if (typeof command === "string")
    return join(
      command,
      (part) => part,
      (part) => part,
    );
  return command.map((word) => join(word, quote, (part) => `"${part}"`)).join(" ");
}

function shellReference({ name, other }: VariableReference): string {
  const value = other.replaceAll(/[\\"$`]/g, "\\$&");
  return /^[A-Za-z_]\w*$/.test(name) ? `\${${name}-${value}}` : value;
}

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
