import { Tembo, TemboError } from "@tembo-io/sdk";
import { Argument, type Command } from "commander";
import { type Cli, cliOf, type Outcome, type Registry } from "../../cli.ts";
import { type Candidate, candidatesOf } from "../../complete/candidates.ts";
import { type Shell, scripts } from "../../complete/scripts.ts";
import { sources } from "../../complete/sources.ts";
import { splitWords } from "../../complete/words.ts";
import { CommandError } from "../../failure.ts";
import { keptProfiles } from "../../profile/profile-file.ts";

/** Request timeout in milliseconds. It is short, because the user is waiting for the completion. */
const timeoutMs = 1_500;

/** Adds `tembo completion`, and the hidden command `complete`, which the printed scripts call. */
export function addCompletionCommands({ program, runs }: Registry): void {
  program
    .command("completion")
    .description("print a completion script for a shell")
    .addArgument(new Argument("<shell>").choices(Object.keys(scripts)))
    .action(runs(printScript));
  program
    .command("complete", { hidden: true })
    .description("print the candidates for the last word of a line; called by shells")
    .option("--line <line>", "command line up to the cursor, including the program")
    .argument("[words...]", "words after the program; the last word is incomplete")
    .action(
      runs((cli: Cli, words: readonly string[], options: { readonly line?: string }) =>
        complete(cli, program, options.line === undefined ? words : splitWords(options.line)),
      ),
    );
}

async function printScript(cli: Cli, shell: Shell): Promise<Outcome> {
  if (cli.isJson) cli.terminal.json({ shell, script: scripts[shell] });
  else cli.terminal.raw(scripts[shell]);
  return 0;
}

/**
 * Prints one candidate per line, followed by a tab and its description, or only `:files` for files. Returns exit status
 * 1 if the server or the API key cannot be determined or a request to the server fails.
 */
async function complete(cli: Cli, program: Command, words: readonly string[]): Promise<Outcome> {
  const found = candidatesOf(program, words);
  if (found.kind === "files") {
    cli.terminal.line(":files");
    return 0;
  }
  if (found.kind === "known") return print(cli, found.items, words);
  if (found.of === "profile") return print(cli, profiles(cli, found.prefix), words);
  const source = Object.hasOwn(sources, found.of) ? sources[found.of] : undefined;
  if (source === undefined) return 0;
  try {
    const { url, apiKey } = cliOf(cli, found.place.given).access();
    const items = await source(new Tembo({ apiKey, baseURL: url, timeout: timeoutMs, maxRetries: 0 }));
    return print(
      cli,
      items.map(({ value, description }) => ({ value: found.prefix + value, description })),
      words,
    );
  } catch (error) {
    // Prints no error message, because a message would disrupt the line that the user is typing.
    if (error instanceof TemboError || error instanceof CommandError) return 1;
    throw error;
  }
}

function profiles(cli: Cli, prefix: string): Candidate[] {
  return Object.entries(keptProfiles(cli).profiles).map(([name, { url }]) => ({
    value: prefix + name,
    description: url,
  }));
}

function print(cli: Cli, items: readonly Candidate[], words: readonly string[]): Outcome {
  const begun = words.at(-1) ?? "";
  for (const { value, description } of items) {
    // Skips names that a shell would split or expand, because other people chose them.
    if (!value.startsWith(begun) || !/^[\w@%+=:,./-]+$/.test(value)) continue;
    cli.terminal.line(`${value}\t${description.replaceAll(/\s+/g, " ").slice(0, 80)}`);
  }
  return 0;
}
