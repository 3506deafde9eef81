import type { Cli, Outcome } from "../../cli.ts";
import { requireSecret } from "./find-secret.ts";

export async function bindSecret(
  cli: Cli,
  key: string,
  options: { readonly host: readonly string[]; readonly header: string; readonly prefix: string },
): Promise<Outcome> {
  const client = cli.client();
  const { organizationId, secret } = await requireSecret(client, key);
  const { host, header, prefix } = options;
  const body = { hosts: [...host], header, prefix };
  const binding = await client.organizations.secrets.binding.update(organizationId, secret.id, body);
  if (cli.isJson) cli.terminal.json(binding);
  else
    cli.terminal.line(
      `${key} is sent only to ${binding.hosts.join(", ")} and is not available in sandboxes.`,
    );
  return 0;
}

export async function unbindSecret(cli: Cli, key: string): Promise<Outcome> {
  const client = cli.client();
  const { organizationId, secret } = await requireSecret(client, key);
  const deleted = await client.organizations.secrets.binding.delete(organizationId, secret.id);
  if (cli.isJson) cli.terminal.json(deleted);
  else cli.terminal.line(`${key} is set as an environment variable in every session.`);
  return 0;
}
