import type { IntegrationSettings } from "@tembo-io/sdk";
import { Option } from "commander";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { confirm } from "../../input/confirm.ts";
import { allPages } from "../../pages.ts";
import { printTable } from "../../table.ts";
import { addIntegration, authorizeIntegration } from "./add-integration.ts";
import { findIntegration } from "./find-integration.ts";
import { setIntegration } from "./set-integration.ts";

/** Timeout of an immediate sync of many repositories. The server ends the sync earlier. */
const syncMs = 11 * 60_000;
const which = "its id or name, or its type when it is the only one";

/** `tembo integration add|list|show|set|authorize|test|sync|remove`: forges whose repositories sessions work on. */
export function addIntegrationCommands({ program, runs }: Registry): void {
  const integration = program.command("integration").description("forges, such as GitHub");
  integration
    .command("add")
    .description("connect a forge")
    .argument("<forge>", "its kind, such as github")
    .addOption(
      new Option(
        "--token",
        "by a token, typed unseen or read from standard input (the way unless told)",
      ).conflicts("oauthClientId"),
    )
    .option("--token-file <file>", "by a token in a file")
    .addOption(
      new Option("--app-manifest", "GitHub: by an app that a person makes in the browser").conflicts([
        "token",
        "tokenFile",
        "oauthClientId",
      ]),
    )
    .option("--organization <name>", "GitHub: the organization that owns the app")
    .option("--oauth-client-id <id>", "by an OAuth application, whose secret is read like a token")
    .option("--username <name>", "where the forge wants one with the token")
    .option("--base-url <address>", "where people open the forge (default: the public one)")
    .option("--api-url <address>", "where its API is, when that does not follow")
    .option("--name <name>", "what to call it here")
    .option("--mention <name>", 'what people call it by there, without "@"')
    .option("--polling", "ask the forge for events, as it cannot reach this server")
    .option("--enable-new", "let sessions use new repositories at once")
    .action(runs(addIntegration));
  integration.command("list").description("list the integrations").action(runs(list));
  integration
    .command("show")
    .description("show how an integration is set, and how its last sync ended")
    .argument("<integration>", which)
    .action(runs(show));
  integration
    .command("set")
    .description("change an integration; what is not named stays")
    .argument("<integration>", which)
    .option("--token", "another token, typed unseen or read from standard input")
    .option("--token-file <file>", "another token, in a file")
    .option("--signing-key-file <file>", 'an OpenSSH private key that commits are signed with, or "none"')
    .option("--username <name>", "where the forge wants one with the token")
    .option("--name <name>", "what to call it here")
    .option("--mention <name>", 'what people call it by there, without "@"')
    .addOption(new Option("--events <how>", "how events come in").choices(["webhook", "polling"] as const))
    .option("--default-repo <repository>", "taken for work that names none; none takes it away")
    .addOption(new Option("--enable", "use it again").conflicts("disable"))
    .option("--disable", "use it no longer, and keep it")
    .action(runs(setIntegration));
  integration
    .command("authorize")
    .description("print the address where a person agrees, or makes or installs the app")
    .argument("<integration>", which)
    .option("--organization <name>", "GitHub: the organization that owns the app, from now on")
    .action(runs(authorizeIntegration));
  integration
    .command("test")
    .description("test whether it may do what it has to, and say what is missing")
    .argument("<integration>", which)
    .action(runs(testIntegration));
  integration
    .command("sync")
    .description("look which repositories there are")
    .argument("<integration>", which)
    .option("--enable-new", "let sessions use new ones at once")
    .option("--queued", "do not wait for it")
    .action(runs(sync));
  integration
    .command("remove")
    .description("remove an integration with its credential and webhooks; its repositories stay, disabled")
    .argument("<integration>", which)
    .action(runs(remove));
}

async function list(cli: Cli): Promise<Outcome> {
  const client = cli.client();
  const items = await allPages((cursor) => client.integrations.list({ cursor, limit: 100 }));
  if (cli.isJson) cli.terminal.json({ items });
  else {
    printTable(
      cli.terminal,
      ["ID", "TYPE", "NAME", "ENABLED", "REPOSITORIES", "SYNCED"],
      items.map(({ id, type, displayName, enabledAt, repositoryCount, lastSyncedAt }) => [
        id,
        type,
        displayName,
        enabledAt === null ? "no" : "yes",
        String(repositoryCount),
        lastSyncedAt ?? "never",
      ]),
    );
  }
  return 0;
}

async function show(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const integration = await findIntegration(client, named);
  const settings = await client.integrations.settings.retrieve(integration.id);
  if (cli.isJson) cli.terminal.json({ ...integration, ...settings });
  else {
    printTable(
      cli.terminal,
      ["WHAT", "IS"],
      [
        ["id", integration.id],
        ["type", integration.type],
        ["name", integration.displayName],
        ["repositories", String(integration.repositoryCount)],
        ...rowsOf(settings),
      ],
    );
  }
  return 0;
}

function rowsOf(shown: IntegrationSettings): string[][] {
  const { webUrl, apiUrl, account, credential, webhookUrl, settings, lastSync } = shown;
  return [
    ["address", webUrl],
    ["api", apiUrl],
    ["credential", credential ?? "none yet"],
    ["account", account?.login ?? "none yet"],
    ["enabled", settings.enabled ? "yes" : "no"],
    ["mention", settings.mentionName],
    ...(settings.appOrganization ? [["app belongs to", settings.appOrganization]] : []),
    ["events", settings.events],
    ["webhook", webhookUrl],
    ["new repositories", settings.enablesNewRepositories ? "enabled" : "disabled"],
    ["default repository", settings.defaultRepositoryId ?? "none"],
    ["last sync", lastSync === null ? "none" : (lastSync.outcome ?? "asked for")],
  ];
}

async function testIntegration(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const { id } = await findIntegration(client, named);
  const result = await client.integrations.test(id);
  if (cli.isJson) cli.terminal.json(result);
  else cli.terminal.line(result.message);
  return result.healthy ? 0 : 1;
}

async function sync(
  cli: Cli,
  named: string,
  { enableNew, queued }: { readonly enableNew?: boolean; readonly queued?: boolean },
): Promise<Outcome> {
  const client = cli.client();
  const { id } = await findIntegration(client, named);
  const body = {
    mode: queued === true ? ("queued" as const) : ("immediate" as const),
    ...(enableNew === true && { enablesNewRepositories: true }),
  };
  const progress = cli.isJson || queued === true ? null : cli.terminal.progress();
  progress?.show("asking the forge for its repositories");
  try {
    const result = await client.integrations.sync(id, body, { timeout: syncMs, maxRetries: 0 });
    progress?.clear();
    if (cli.isJson) cli.terminal.json(result);
    else if (queued === true) cli.terminal.line("The sync is asked for.");
    else {
      const { lastSync } = await client.integrations.settings.retrieve(id);
      cli.terminal.line(lastSync?.outcome ?? "The repositories are synced.");
    }
  } finally {
    progress?.clear();
  }
  return 0;
}

async function remove(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const { id, displayName } = await findIntegration(client, named);
  await confirm(
    cli,
    `The integration ${displayName} and its credential are removed; its repositories are disconnected.`,
  );
  const deleted = await client.integrations.delete(id, { timeout: 120_000 });
  if (cli.isJson) cli.terminal.json(deleted);
  else cli.terminal.line(`The integration ${displayName} is removed.`);
  return 0;
}
