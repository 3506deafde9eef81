import type { Model, ModelProvider, ModelUpdateBody, Tembo } from "@tembo-io/sdk";
import { answerItems } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { MissingError } from "../../failure.ts";
import { duration } from "../../format.ts";
import { allPages } from "../../pages.ts";

/**
 * Routes that every server has, by their names in `tembo model route`. Each provider that serves other vendors' models
 * adds a route.
 */
const ownRoutes = { own: "BYOK", server: "TemboManagedInference", default: null } as const;

type Route = Model["inferenceProvider"] | null;

function routesOf(providers: readonly ModelProvider[]): ReadonlyMap<string, Route> {
  const others = providers.flatMap(({ name, inferenceProvider }) =>
    inferenceProvider === null ? [] : [[name, inferenceProvider] as const],
  );
  return new Map<string, Route>([...Object.entries(ownRoutes), ...others]);
}

function routeName(route: Route, providers: readonly ModelProvider[]): string {
  return [...routesOf(providers)].find(([, value]) => value === route)?.[0] ?? route ?? "default";
}

const listProviders = async (client: Tembo) => (await client.models.list({ limit: 1 })).modelProviders;

/** Returns the route with this name. If there is none, throws a `CommandError` that lists the server's routes. */
function getRoute(name: string, providers: readonly ModelProvider[]): Route {
  const routes = routesOf(providers);
  const route = routes.get(name);
  if (route !== undefined) return route;
  throw new MissingError(
    `The server has no model provider ${JSON.stringify(name)}.`,
    `use one of: ${[...routes.keys()].join(", ")}.`,
  );
}

export function addModelCommands({ program, runs }: Registry): void {
  const model = program.command("model").description("manage the models that sessions can use");
  model.command("list").description("list known models; sessions can also use others").action(runs(list));
  model
    .command("enable")
    .description("allow sessions to use a model")
    .argument("<model>", "model name, such as claude-opus-4-5")
    .action(runs((cli: Cli, name: string) => update(cli, name, { enabled: true })));
  model
    .command("disable")
    .description("prevent new sessions from using a model")
    .argument("<model>", "model name")
    .action(runs((cli: Cli, name: string) => update(cli, name, { enabled: false })));
  model
    .command("route")
    .description("choose the provider that serves a model unless an agent specifies one")
    .argument("<model>", "model name")
    .argument(
      "<provider>",
      "own (the model's vendor, with the organization's key), server (with the server's key), default or another provider",
    )
    .action(runs(route));
  model
    .command("test")
    .description("check that a model provider accepts the configured key")
    .argument("<provider>", "model provider, such as anthropic")
    .action(runs(test));
}

async function list(cli: Cli): Promise<Outcome> {
  const client = cli.client();
  let providers: readonly ModelProvider[] = [];
  const items = await allPages(async (cursor) => {
    const page = await client.models.list({ cursor });
    providers = page.modelProviders;
    return page;
  });
  return answerItems(cli, items, {
    NAME: ({ name }) => name,
    MODEL: ({ label }) => label,
    VENDOR: ({ provider }) => provider,
    ROUTE: ({ inferenceProvider }) => routeName(inferenceProvider, providers),
    STATE: modelState,
  });
}

async function route(cli: Cli, name: string, provider: string): Promise<Outcome> {
  const inferenceProvider = getRoute(provider, await listProviders(cli.client()));
  return update(cli, name, { inferenceProvider });
}

async function test(cli: Cli, provider: string): Promise<Outcome> {
  const tested = await cli.client().modelProviders.test(provider);
  if (cli.isJson) cli.terminal.json(tested);
  else
    cli.terminal.line(
      `${provider} works: ${tested.modelName} responded after ${duration(tested.durationMs)}.`,
    );
  return 0;
}

async function update(cli: Cli, name: string, body: ModelUpdateBody): Promise<Outcome> {
  const client = cli.client();
  const model = await client.models.update(name, body);
  if (cli.isJson) cli.terminal.json(model);
  else {
    const route = routeName(model.inferenceProvider, await listProviders(client));
    cli.terminal.line(`${model.label}: ${modelState(model)}, route ${route}.`);
  }
  return 0;
}

function modelState({ enabled, available }: Model): string {
  if (!enabled) return "disabled";
  return available ? "ready" : "no credential";
}
