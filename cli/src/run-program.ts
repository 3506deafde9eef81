import { Command, CommanderError, Help, type Option } from "commander";
import manifest from "../package.json" with { type: "json" };
import { type Cli, cliOf, type Outcome, type Registry, type World } from "./cli.ts";
import { locateCursor } from "./complete/place.ts";
import { addExamples } from "./examples.ts";
import { exitCodes } from "./exit-codes.ts";
import { printFailure } from "./failure.ts";
import type { OutputStream } from "./terminal.ts";

const keyWarning = `The shell saves the value of --api-key in its history. Use "tembo login" or TEMBO_API_KEY instead.`;

/** Returns an option's description for the help. Omits the empty default of a repeatable option. */
function optionDescription(option: Option): string {
  const isEmptyList = Array.isArray(option.defaultValue) && option.defaultValueDescription === undefined;
  return isEmptyList ? option.description : new Help().optionDescription(option);
}

/** Returns the width of help text in columns. */
const widthOf = ({ isTTY, columns }: OutputStream) => (isTTY === true && columns ? columns : 80);

/** Returns the description as a sentence, for the top of the command's help. */
function commandDescription(command: Command): string {
  const text = command.description();
  return text === "" ? "" : `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/[.]$/, "")}.`;
}

/**
 * Runs the command with these arguments, without program and script. Resolves with the exit status and never rejects.
 */
export async function runProgram(
  args: readonly string[],
  world: World,
  addCommands: (registry: Registry) => void,
): Promise<number> {
  const output = { isJson: false };
  const { program, outcome } = createProgram(world, addCommands, output);
  const { command, flags } = locateCursor(program, args);
  const isJson = flags.has("json");
  output.isJson = isJson;
  try {
    await program.parseAsync(args, { from: "user" });
    return outcome() ?? exitCodes.ok.code;
  } catch (error) {
    // commander also throws this error for help, for the version and for a group without a subcommand, which prints the
    // group's help.
    const isHelp =
      error instanceof CommanderError && /^commander[.](help|helpDisplayed|version)$/.test(error.code);
    if (isHelp && error.code !== "commander.help") return exitCodes.ok.code;
    if (isHelp && !isJson) return exitCodes.usage.code;
    return printFailure(world.terminal, error, { command, isJson });
  }
}

/** Creates the program with the given commands. `output` may change until a command prints. */
export function createProgram(
  world: World,
  addCommands: (registry: Registry) => void,
  output: { readonly isJson: boolean } = { isJson: false },
): { readonly program: Command; outcome(): Outcome } {
  let outcome: Outcome;
  const program = new Command("tembo")
    .description("Run coding agents in the background, on your own machines.")
    .version(manifest.version)
    .option("--url <url>", "URL of the server (TEMBO_BASE_URL; default: http://127.0.0.1:3000)")
    .option(
      "--api-key <key>",
      'API key; prefer "tembo login" or TEMBO_API_KEY, because arguments are visible in the shell history and to other users',
    )
    .option("--profile <profile>", "saved server and API key to use (TEMBO_PROFILE)")
    .option("--json", "print JSON: one document, or one line per event")
    .option("--yes", "skip confirmation of deletions and merges")
    .showSuggestionAfterError()
    .configureOutput({
      // Prints nothing here, because `runProgram` prints each error.
      outputError: () => {},
      writeOut: (text) => void world.terminal.streams.stdout.write(text),
      getOutHelpWidth: () => widthOf(world.terminal.streams.stdout),
      // Omits the help text that a group without a subcommand prints, because with `--json` all output must be JSON.
      writeErr: (text) => void (output.isJson || world.terminal.streams.stderr.write(text)),
      getErrHelpWidth: () => widthOf(world.terminal.streams.stderr),
    })
    .configureHelp({ showGlobalOptions: true, optionDescription, commandDescription })
    .exitOverride();
  const registry: Registry = {
    program,
    runs<A extends unknown[]>(work: (cli: Cli, ...args: A) => Promise<Outcome>) {
      return async (...parameters: [...A, Command]) => {
        const command = parameters.at(-1) as Command;
        const options = command.optsWithGlobals();
        if (options.apiKey !== undefined) world.terminal.note(keyWarning);
        outcome = await work(cliOf(world, options), ...(parameters.slice(0, -1) as A));
      };
    },
  };
  addCommands(registry);
  addExamples(program);
  return { program, outcome: () => outcome };
}
