import type {
  ForgeCredentialKind,
  ForgeDescriptor,
  ForgeSetupField,
  IntegrationCreateBody,
  IntegrationCreated,
} from "@tembo-io/sdk";
import type { Cli, Outcome } from "../../cli.ts";
import { UsageError } from "../../failure.ts";
import { readToken } from "../../input/read-secret.ts";
import { type FoundForge, getForge } from "./get-forge.ts";
import { getIntegration } from "./get-integration.ts";

interface AddOptions {
  readonly token?: boolean;
  readonly tokenFile?: string;
  readonly appManifest?: boolean;
  readonly organization?: string;
  readonly oauthClientId?: string;
  readonly username?: string;
  readonly baseUrl?: string;
  readonly apiUrl?: string;
  readonly name?: string;
  readonly mention?: string;
  readonly polling?: boolean;
  readonly enableNew?: boolean;
}

/**
 * Connects a forge. For an app manifest or OAuth, prints the URL where the user completes the setup. Throws
 * `CommandError` if the server does not support the forge, if the forge does not accept an option or if `--organization`
 * is used without `--app-manifest`.
 */
export async function addIntegration(cli: Cli, named: string, options: AddOptions): Promise<Outcome> {
  const client = cli.client();
  requireMatchingOptions(options);
  const forge = await getForge(client, named);
  requireAccepted(forge, options);
  const credential = await credentialOf(cli, forge, options);
  const created = await client.integrations.create({
    type: forge.name,
    ...credential,
    ...(options.baseUrl !== undefined && { baseUrl: options.baseUrl }),
    ...(options.apiUrl !== undefined && { apiUrl: options.apiUrl }),
    ...(options.name !== undefined && { displayName: options.name }),
    ...(options.mention !== undefined && { mentionName: options.mention }),
    ...(options.polling === true && { events: "polling" }),
    ...(options.enableNew === true && { enablesNewRepositories: true }),
    ...(options.organization !== undefined && { appOrganization: options.organization }),
  } as IntegrationCreateBody);
  if ("accessToken" in credential) {
    printConnected(cli, created);
    return 0;
  }
  const { authorizationUrl } = await client.integrations.authorize(created.integration.id);
  printAuthorization(cli, created, authorizationUrl);
  if (options.appManifest === true)
    noteAboutApp(cli, forge, { id: created.integration.id, authorizationUrl, options });
  return 0;
}

function noteAboutApp(
  cli: Cli,
  { descriptor }: FoundForge,
  app: { readonly id: string; readonly authorizationUrl: string; readonly options: AddOptions },
): void {
  if (cli.isJson) return;
  const { id, authorizationUrl, options } = app;
  const owner = options.organization === undefined ? "your own account" : options.organization;
  cli.terminal.note(`On ${descriptor.label}, the app will belong to ${owner}.`);
  if (
    isLoopback(authorizationUrl) &&
    !isLoopback(options.baseUrl ?? descriptor.publicAddress?.webUrl ?? "") &&
    options.polling !== true
  )
    cli.terminal.note(
      `${descriptor.label} cannot reach this server, so the app's webhook is inactive. Use --polling, or set TEMBO_PUBLIC_URL on the server first.`,
    );
  cli.terminal.hint(`if the URL expires, "tembo integration authorize ${id}" prints a new one.`);
}

function isLoopback(address: string): boolean {
  const host = URL.parse(address)?.hostname ?? "";
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host);
}

/**
 * Prints a new authorization URL, for an integration that is not authorized yet or whose URL has expired. First stores
 * `organization`, if it is set, as the owner of the app.
 */
export async function authorizeIntegration(
  cli: Cli,
  named: string,
  { organization }: { readonly organization?: string },
): Promise<Outcome> {
  const client = cli.client();
  const { id, type } = await getIntegration(client, named);
  if (organization !== undefined) {
    if (!takesOrganization((await getForge(client, type)).descriptor))
      throw new UsageError(
        `The forge of ${named} does not support apps that an organization owns.`,
        "omit --organization.",
      );
    await client.integrations.update(id, { settings: { appOrganization: organization } });
  }
  const { authorizationUrl } = await client.integrations.authorize(id);
  printAuthorization(cli, {}, authorizationUrl);
  return 0;
}

/** Throws `CommandError` if `--organization` is set without `--app-manifest`. */
function requireMatchingOptions({ appManifest, organization }: AddOptions): void {
  if (organization !== undefined && appManifest !== true)
    throw new UsageError(
      "--organization requires --app-manifest.",
      "add --app-manifest, or omit --organization.",
    );
}

/** Throws `CommandError` if the forge does not accept one of the options. */
function requireAccepted(
  { name, descriptor }: FoundForge,
  { appManifest, oauthClientId, username }: AddOptions,
): void {
  const accepts = (credential: ForgeCredentialKind) => descriptor.credentials.includes(credential);
  const byToken = `tembo integration add ${name} --token`;
  if (appManifest === true && !accepts("appManifest"))
    throw new UsageError(`${descriptor.label} does not support apps from a manifest.`, byToken);
  if (oauthClientId !== undefined && !accepts("oauth"))
    throw new UsageError(`${descriptor.label} does not support OAuth applications.`, byToken);
  if (username !== undefined && !hasField(descriptor, "username"))
    throw new UsageError(`${descriptor.label} tokens do not need a username.`, "omit --username.");
}

const takesOrganization = (forge: ForgeDescriptor) => hasField(forge, "appOrganization");

const hasField = ({ setupMethods }: ForgeDescriptor, name: ForgeSetupField["name"]) =>
  setupMethods.some(({ fields }) => fields.some((field) => field.name === name));

async function credentialOf(cli: Cli, forge: FoundForge, options: AddOptions): Promise<object> {
  if (options.appManifest === true) return { appManifest: true };
  const { oauthClientId: clientId, tokenFile, username } = options;
  if (clientId !== undefined) {
    const clientSecret = await readToken(cli, tokenFile, "Secret of the OAuth application");
    return { oauth: { clientId, clientSecret } };
  }
  const accessToken = await readToken(cli, tokenFile, `${forge.descriptor.label} token`);
  return { accessToken, ...(username !== undefined && { username }) };
}

function printConnected(cli: Cli, { integration, sessionSourceId }: IntegrationCreated): void {
  if (cli.isJson) cli.terminal.json({ integration, sessionSourceId });
  else if (!cli.terminal.isInteractive) cli.terminal.line(integration.id);
  else {
    cli.terminal.line(`Connected ${integration.displayName} (${integration.id}).`);
    cli.terminal.hint(
      '"tembo repo list --all" lists its repositories. "tembo repo enable" enables a repository for sessions.',
    );
  }
}

function printAuthorization(cli: Cli, created: object, authorizationUrl: string): void {
  if (cli.isJson) {
    cli.terminal.json({ ...created, authorizationUrl });
    return;
  }
  cli.terminal.note("Open this URL in a browser within 10 minutes:");
  cli.terminal.line(authorizationUrl);
}
