import type { Model, ModelUpdateBody } from "@tembo-io/sdk";
import { Argument } from "commander";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { allPages } from "../../pages.ts";
import { printTable } from "../../table.ts";

const routes = {
  own: "BYOK",
  server: "TemboManagedInference",
  bedrock: "AWSBedrock",
  vertex: "GCPVertexAI",
  openrouter: "OpenRouter",
  default: null,
} as const;

/** The route by the name that `tembo model route` takes. */
function routeName(provider: Model["inferenceProvider"]): string {
  return Object.entries(routes).find(([, value]) => value === provider)?.[0] ?? provider;
}

/** `tembo model list|enable|disable|route`: the models that sessions can name. */
export function addModelCommands({ program, runs }: Registry): void {
  const model = program.command("model").description("the models that sessions can name");
  model
    .command("list")
    .description("list the models of the catalogue; others can be named as well")
    .action(runs(list));
  model
    .command("enable")
    .description("let sessions name a model again")
    .argument("<model>", "as in the list, such as claude-opus-4-5")
    .action(runs((cli: Cli, name: string) => update(cli, name, { enabled: true })));
  model
    .command("disable")
    .description("let no new session name a model")
    .argument("<model>", "as in the list")
    .action(runs((cli: Cli, name: string) => update(cli, name, { enabled: false })));
  model
    .command("route")
    .description("choose who answers for a model, where an agent does not say")
    .argument("<model>", "as in the list")
    .addArgument(
      new Argument(
        "<provider>",
        "own: its provider with the organization's key; server: with the server's key",
      ).choices(Object.keys(routes)),
    )
    .action(
      runs((cli: Cli, name: string, provider: keyof typeof routes) =>
        update(cli, name, { inferenceProvider: routes[provider] }),
      ),
    );
}

async function list(cli: Cli): Promise<Outcome> {
  const client = cli.client();
  const items = await allPages((cursor) => client.models.list({ cursor }));
  if (cli.isJson) cli.terminal.json({ items });
  else {
    printTable(
      cli.terminal,
      ["NAME", "MODEL", "MAKER", "ROUTE", "STATE"],
      items.map((model) => [
        model.name,
        model.label,
        model.provider,
        routeName(model.inferenceProvider),
        stateOf(model),
      ]),
    );
  }
  return 0;
}

async function update(cli: Cli, name: string, body: ModelUpdateBody): Promise<Outcome> {
  const model = await cli.client().models.update(name, body);
  if (cli.isJson) cli.terminal.json(model);
  else cli.terminal.line(`${model.name}: ${stateOf(model)}, route ${routeName(model.inferenceProvider)}.`);
  return 0;
}

function stateOf({ enabled, available }: Model): string {
  if (!enabled) return "disabled";
  return available ? "ready" : "no credential";
}
