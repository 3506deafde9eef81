import type { HookFailure } from "../turn/steps/run-hooks.ts";

const MAX_SHOWN = 5;

/**
 * Returns the prompt about failed prePush commands. Encloses the commands and their output in tags, which they cannot
 * close. Pure.
 */
export function fixPrompt(failures: readonly HookFailure[], isResumed: boolean): string {
  const shown = failures.slice(0, MAX_SHOWN);
  const others = failures.length - shown.length;
  return [
    ...(isResumed
      ? []
      : ["You worked in this workspace before and no longer remember it. Look at its state first."]),
    "Your work is about to be pushed, but some of the repository's check commands failed. Fix the cause, so that the commands pass. Do not weaken the commands or their checks. Tembo runs the commands again when you finish.",
    ...shown.map(
      ({ directory, command, exitCode, output }) =>
        `<failed-command repository="${directory}" exit-code="${exitCode}">\n$ ${enclosed(command)}\n${enclosed(output.trim())}\n</failed-command>`,
    ),
    ...(others > 0
      ? [`${others} more ${others === 1 ? "command" : "commands"} failed. Fix these first.`]
      : []),
  ].join("\n\n");
}

function enclosed(text: string): string {
  return text.replaceAll(/<(?=\/?failed-command\b)/gi, "&lt;");
}
