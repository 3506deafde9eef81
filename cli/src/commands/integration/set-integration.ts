import type { IntegrationUpdateBody } from "@tembo-io/sdk";
import type { Cli, Outcome } from "../../cli.ts";
import { UsageError } from "../../failure.ts";
import { readSecret, readToken } from "../../input/read-secret.ts";
import { requireRepository } from "../repo/enable-repository.ts";
import { getIntegration } from "./get-integration.ts";

interface SetOptions {
  readonly token?: boolean;
  readonly tokenFile?: string;
  readonly signingKeyFile?: string;
  readonly username?: string;
  readonly name?: string;
  readonly mention?: string;
  readonly events?: "webhook" | "polling";
  readonly defaultRepo?: string;
  readonly enable?: boolean;
  readonly disable?: boolean;
}

export async function setIntegration(cli: Cli, named: string, options: SetOptions): Promise<Outcome> {
  if (Object.keys(options).length === 0) {
    throw new UsageError("No change was specified.", '"tembo integration set --help" lists the options.');
  }
  const client = cli.client();
  const { id } = await getIntegration(client, named);
  const { mention, events, defaultRepo, enable, disable } = options;
  const settings: NonNullable<IntegrationUpdateBody["settings"]> = {
    ...(mention !== undefined && { mentionName: mention }),
    ...(events !== undefined && { events }),
    ...(enable === true && { enabled: true }),
    ...(disable === true && { enabled: false }),
  };
  if (defaultRepo === "none") settings.defaultRepositoryId = null;
  else if (defaultRepo !== undefined) {
    settings.defaultRepositoryId = (await requireRepository(client, defaultRepo)).id;
  }
  const { name, username, token, tokenFile, signingKeyFile } = options;
  const hasToken = token === true || tokenFile !== undefined;
  const integration = await client.integrations.update(id, {
    ...(Object.keys(settings).length > 0 && { settings }),
    ...(name !== undefined && { displayName: name }),
    ...(username !== undefined && { username }),
    ...(signingKeyFile === "none" && { signingKey: null }),
    ...(signingKeyFile !== undefined &&
      signingKeyFile !== "none" && { signingKey: await readSecret(cli, signingKeyFile) }),
    ...(hasToken && { accessToken: await readToken(cli, tokenFile, "New token") }),
  });
  if (cli.isJson) cli.terminal.json(integration);
  else cli.terminal.line(`Updated integration ${integration.displayName}.`);
  return 0;
}
