import { Command, CommanderError, Help, type Option } from "commander";
import manifest from "../package.json" with { type: "json" };
import { type Cli, cliOf, type Outcome, type Registry, type World } from "./cli.ts";
import { addAgentCommands } from "./commands/agent/agent.ts";
import { addArtifactCommands } from "./commands/artifact/artifact.ts";
import { addAuditCommand } from "./commands/audit/audit.ts";
import { addBudgetCommands } from "./commands/budget/budget.ts";
import { addCompletionCommands } from "./commands/completion/completion.ts";
import { addDeliveryCommands } from "./commands/delivery/delivery.ts";
import { addEgressCommands } from "./commands/egress/egress.ts";
import { addHarnessCommands } from "./commands/harness/harness.ts";
import { addIntegrationCommands } from "./commands/integration/integration.ts";
import { addKeyCommands } from "./commands/key/key.ts";
import { addLoginCommands } from "./commands/login/login.ts";
import { addMcpCommands } from "./commands/mcp/mcp.ts";
import { addMemberCommands } from "./commands/member/member.ts";
import { addModelCommands } from "./commands/model/model.ts";
import { addOpenCommand } from "./commands/open/open.ts";
import { addPermissionCommands } from "./commands/permission/permission.ts";
import { addPlanCommands } from "./commands/plan/plan.ts";
import { addProjectCommands } from "./commands/project/project.ts";
import { addPullRequestCommands } from "./commands/pull-request/pull-request.ts";
import { addRepoCommands } from "./commands/repo/repo.ts";
import { addSecretCommands } from "./commands/secret/secret.ts";
import { addServerCommands } from "./commands/server/server.ts";
import { addSessionCommands } from "./commands/session/session.ts";
import { addSettingsCommands } from "./commands/settings/settings.ts";
import { addSkillCommands } from "./commands/skill/skill.ts";
import { addStatusCommand } from "./commands/status/status.ts";
import { addUsageCommand } from "./commands/usage/usage.ts";
import { addUserCommands } from "./commands/user/user.ts";
import { addWebhookCommands } from "./commands/webhook/webhook.ts";
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
export async function runTembo(args: readonly string[], world: World): Promise<number> {
  const output = { isJson: false };
  const { program, outcome } = buildProgram(world, output);
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

/** Builds the command tree. `output` may change until a command prints. */
export function buildProgram(
  world: World,
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
      // Prints nothing here, because `runTembo` prints each error.
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
  program.commandsGroup("Work:");
  addSessionCommands(registry);
  addPlanCommands(registry);
  addAgentCommands(registry);
  addArtifactCommands(registry);
  addPullRequestCommands(registry);
  addRepoCommands(registry);
  addOpenCommand(registry);
  program.commandsGroup("Configure sessions:");
  addProjectCommands(registry);
  addSecretCommands(registry);
  addSkillCommands(registry);
  addMcpCommands(registry);
  addModelCommands(registry);
  program.commandsGroup("Organization:");
  addIntegrationCommands(registry);
  addDeliveryCommands(registry);
  addMemberCommands(registry);
  addUserCommands(registry);
  addKeyCommands(registry);
  addSettingsCommands(registry);
  addPermissionCommands(registry);
  addEgressCommands(registry);
  addBudgetCommands(registry);
  addWebhookCommands(registry);
  addStatusCommand(registry);
  addUsageCommand(registry);
  addAuditCommand(registry);
  program.commandsGroup("This machine:");
  addLoginCommands(registry);
  addCompletionCommands(registry);
  addServerCommands(registry);
  addHarnessCommands(registry);
  addExamples(program);
  return { program, outcome: () => outcome };
}
