import type { IntegrationSettings, Tembo } from "@tembo-io/sdk";
import { Option } from "commander";
import { answerList } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { confirm } from "../../input/confirm.ts";
import { printTable } from "../../table.ts";
import { addIntegration, authorizeIntegration } from "./add-integration.ts";
import { getIntegration } from "./get-integration.ts";
import { setIntegration } from "./set-integration.ts";

/** Client timeout in milliseconds for an immediate sync of many repositories. The server's own timeout is shorter. */
const syncMs = 11 * 60_000;
const which = "integration ID or name, or its type if there is only one";

/** Adds `tembo integration`, which manages connections to forges. */
export function addIntegrationCommands({ program, runs }: Registry): void {
  const integration = program.command("integration").description("connect forges, such as GitHub");
  integration
    .command("add")
    .description("connect a forge")
    .argument("<forge>", "type of the forge, such as github")
    .addOption(
      new Option("--token", "read a token from a hidden prompt or standard input (default)").conflicts(
        "oauthClientId",
      ),
    )
    .option("--token-file <file>", "read a token from a file")
    .addOption(
      new Option("--app-manifest", "GitHub: create an app in the browser").conflicts([
        "token",
        "tokenFile",
        "oauthClientId",
      ]),
    )
    .option("--organization <name>", "GitHub: organization that owns the app")
    .option(
      "--oauth-client-id <id>",
      "use an OAuth application; its secret is read in the same way as a token",
    )
    .option("--username <name>", "username, for forges that require one with the token")
    .option("--base-url <address>", "URL of the forge (default: its public site)")
    .option("--api-url <address>", "API URL of the forge, if it differs from the default for --base-url")
    .option("--name <name>", "display name in Tembo")
    .option("--mention <name>", 'name by which people mention Tembo on the forge, without "@"')
    .option("--polling", "poll for events, if the forge cannot reach this server")
    .option("--enable-new", "enable new repositories for sessions automatically")
    .action(runs(addIntegration));
  integration.command("list").description("list integrations").action(runs(list));
  integration
    .command("show")
    .description("show an integration's settings and last sync")
    .argument("<integration>", which)
    .action(runs(show));
  integration
    .command("set")
    .description("change an integration; omitted options stay unchanged")
    .argument("<integration>", which)
    .option("--token", "replace the token, from a hidden prompt or standard input")
    .option("--token-file <file>", "replace the token, from a file")
    .option("--signing-key-file <file>", 'OpenSSH private key that signs commits, or "none"')
    .option("--username <name>", "username, for forges that require one with the token")
    .option("--name <name>", "display name in Tembo")
    .option("--mention <name>", 'name by which people mention Tembo on the forge, without "@"')
    .addOption(
      new Option("--events <how>", "how events are received").choices(["webhook", "polling"] as const),
    )
    .option(
      "--default-repo <repository>",
      'repository for tasks that name no repository, or "none" to remove the setting',
    )
    .addOption(new Option("--enable", "enable the integration").conflicts("disable"))
    .option("--disable", "disable the integration without removing it")
    .action(runs(setIntegration));
  integration
    .command("authorize")
    .description("print the URL where a person authorizes, creates or installs the app")
    .argument("<integration>", which)
    .option("--organization <name>", "GitHub: change the organization that owns the app")
    .action(runs(authorizeIntegration));
  integration
    .command("test")
    .description("check the connection and its permissions")
    .argument("<integration>", which)
    .action(runs(testIntegration));
  integration
    .command("sync")
    .description("synchronize the list of repositories")
    .argument("<integration>", which)
    .option("--enable-new", "enable new repositories for sessions automatically")
    .option("--queued", "do not wait for the sync to finish")
    .action(runs(sync));
  integration
    .command("remove")
    .description("remove an integration with its credential and webhooks; its repositories are disabled")
    .argument("<integration>", which)
    .action(runs(remove));
}

async function list(cli: Cli): Promise<Outcome> {
  const client = cli.client();
  return answerList(cli, (cursor) => client.integrations.list({ cursor, limit: 100 }), {
    ID: ({ id }) => id,
    TYPE: ({ type }) => type,
    NAME: ({ displayName }) => displayName,
    ENABLED: ({ enabledAt }) => (enabledAt === null ? "no" : "yes"),
    REPOSITORIES: ({ repositoryCount }) => String(repositoryCount),
    SYNCED: ({ lastSyncedAt }) => lastSyncedAt ?? "never",
  });
}

async function show(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const integration = await getIntegration(client, named);
  const settings = await client.integrations.settings.retrieve(integration.id);
  if (cli.isJson) cli.terminal.json({ ...integration, ...settings });
  else {
    const id = settings.settings.defaultRepositoryId;
    const defaultRepository = id ? await repositoryName(client, id) : null;
    printTable(
      cli.terminal,
      ["FIELD", "VALUE"],
      [
        ["ID", integration.id],
        ["type", integration.type],
        ["name", integration.displayName],
        ["repositories", String(integration.repositoryCount)],
        ...rowsOf(settings, defaultRepository),
      ],
    );
  }
  return 0;
}

async function repositoryName(client: Tembo, id: string): Promise<string> {
  const { items } = await client.repositories.list({ ids: [id], enabled: "all" });
  const [found] = items;
  if (found === undefined) return id;
  return found.owner === null ? found.name : `${found.owner}/${found.name}`;
}

function rowsOf(shown: IntegrationSettings, defaultRepository: string | null): string[][] {
  const { webUrl, apiUrl, account, credential, webhookUrl, settings, lastSync } = shown;
  return [
    ["address", webUrl],
    ["API", apiUrl],
    ["credential", credential ?? "none yet"],
    ["account", account?.login ?? "none yet"],
    ["enabled", settings.enabled ? "yes" : "no"],
    ["mention", settings.mentionName],
    ...(settings.appOrganization ? [["app belongs to", settings.appOrganization]] : []),
    ["events", settings.events],
    ["webhook", webhookUrl],
    ["new repositories", settings.enablesNewRepositories ? "enabled" : "disabled"],
    ["default repository", defaultRepository ?? "none"],
    ["last sync", lastSync === null ? "none" : (lastSync.outcome ?? "requested")],
  ];
}

async function testIntegration(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const { id } = await getIntegration(client, named);
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
  const { id } = await getIntegration(client, named);
  const body = {
    mode: queued === true ? ("queued" as const) : ("immediate" as const),
    ...(enableNew === true && { enablesNewRepositories: true }),
  };
  const progress = cli.isJson || queued === true ? null : cli.terminal.progress();
  progress?.show("Fetching the list of repositories");
  try {
    const result = await client.integrations.sync(id, body, { timeout: syncMs, maxRetries: 0 });
    progress?.clear();
    if (cli.isJson) cli.terminal.json(result);
    else if (queued === true) cli.terminal.line("Queued the sync.");
    else {
      const { lastSync } = await client.integrations.settings.retrieve(id);
      cli.terminal.line(lastSync?.outcome ?? "Synchronized the repositories.");
    }
  } finally {
    progress?.clear();
  }
  return 0;
}

async function remove(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const { id, displayName } = await getIntegration(client, named);
  await confirm(
    cli,
    `This removes the integration ${displayName} and its credential, and disables its repositories.`,
  );
  const deleted = await client.integrations.delete(id, { timeout: 120_000 });
  if (cli.isJson) cli.terminal.json(deleted);
  else cli.terminal.line(`Removed integration ${displayName}.`);
  return 0;
}
