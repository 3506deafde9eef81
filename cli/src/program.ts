import { Command, CommanderError } from "commander";
import manifest from "../package.json" with { type: "json" };
import { type Cli, cliOf, type Outcome, type Registry, type World } from "./cli.ts";
import { addBudgetCommands } from "./commands/budget/budget.ts";
import { addDeliveryCommands } from "./commands/delivery/delivery.ts";
import { addEgressCommands } from "./commands/egress/egress.ts";
import { addHarnessCommands } from "./commands/harness/harness.ts";
import { addIntegrationCommands } from "./commands/integration/integration.ts";
import { addKeyCommands } from "./commands/key/key.ts";
import { addLoginCommands } from "./commands/login/login.ts";
import { addMcpCommands } from "./commands/mcp/mcp.ts";
import { addModelCommands } from "./commands/model/model.ts";
import { addPermissionCommands } from "./commands/permission/permission.ts";
import { addPlanCommands } from "./commands/plan/plan.ts";
import { addRepoCommands } from "./commands/repo/repo.ts";
import { addSecretCommands } from "./commands/secret/secret.ts";
import { addServerCommands } from "./commands/server/server.ts";
import { addSessionCommands } from "./commands/session/session.ts";
import { addSkillCommands } from "./commands/skill/skill.ts";
import { addWebhookCommands } from "./commands/webhook/webhook.ts";
import { tellFailure } from "./failure.ts";

/** Runs the command with these arguments (without program and script); resolves to the exit status, never rejects. */
export async function runTembo(args: readonly string[], world: World): Promise<number> {
  let outcome: Outcome;
  const program = new Command("tembo")
    .description("Coding agents in the background, on your own machines.")
    .version(manifest.version)
    .option("--url <url>", "where the server is (TEMBO_BASE_URL; http://127.0.0.1:3000)")
    .option("--api-key <key>", "an API key (TEMBO_API_KEY, which other users of the machine cannot see)")
    .option("--profile <name>", "a server and key that login has kept (TEMBO_PROFILE)")
    .option("--json", "print JSON: one document, or one line an event")
    .showSuggestionAfterError()
    .showHelpAfterError('Next: "tembo --help" shows the commands, "tembo COMMAND --help" its options.')
    .exitOverride();
  const registry: Registry = {
    program,
    runs<A extends unknown[]>(work: (cli: Cli, ...args: A) => Promise<Outcome>) {
      return async (...parameters: [...A, Command]) => {
        const command = parameters.at(-1) as Command;
        outcome = await work(cliOf(world, command.optsWithGlobals()), ...(parameters.slice(0, -1) as A));
      };
    },
  };
  addServerCommands(registry);
  addLoginCommands(registry);
  addHarnessCommands(registry);
  addModelCommands(registry);
  addIntegrationCommands(registry);
  addRepoCommands(registry);
  addSessionCommands(registry);
  addPlanCommands(registry);
  addPermissionCommands(registry);
  addSecretCommands(registry);
  addSkillCommands(registry);
  addMcpCommands(registry);
  addEgressCommands(registry);
  addBudgetCommands(registry);
  addDeliveryCommands(registry);
  addWebhookCommands(registry);
  addKeyCommands(registry);
  try {
    await program.parseAsync(args, { from: "user" });
    return outcome ?? 0;
  } catch (error) {
    // Commander has already said it; its help and version end this way too.
    if (error instanceof CommanderError) return error.exitCode;
    tellFailure(world.terminal, error);
    return 1;
  }
}
