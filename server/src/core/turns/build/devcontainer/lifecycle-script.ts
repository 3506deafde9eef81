import type { Lifecycle, LifecycleCommand } from "../base-files.ts";

/**
 * Returns a lifecycle command of a dev container as a script for sh. The commands of an object run at the same time, and the
 * script fails if one of them fails. Pure.
 */
export function lifecycleScript(command: Lifecycle): string {
  if (typeof command === "string" || Array.isArray(command)) return toScript(command as LifecycleCommand);
  const started = Object.values(command).map((one) => `(\n${toScript(one)}\n) &\nids="$ids $!"`);
  return [
    "ids=",
    ...started,
    "code=0",
    'for id in $ids; do wait "$id" || code=$?; done',
    '(exit "$code")',
  ].join("\n");
}

const toScript = (command: LifecycleCommand): string =>
  typeof command === "string" ? command : command.map(quote).join(" ");

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
