import type { OrganizationSecret, SecretBindingBody, Tembo } from "@tembo-io/sdk";
import { NotFoundError } from "@tembo-io/sdk";
import { answerList } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { confirm } from "../../input/confirm.ts";
import { readSecret } from "../../input/read-secret.ts";
import { collect } from "../../options.ts";
import { ownOrganization } from "../../own-organization.ts";
import { bindSecret, unbindSecret } from "./bind-secret.ts";
import { findSecret, requireSecret } from "./find-secret.ts";

interface SetOptions {
  readonly fromFile?: string;
  readonly host: readonly string[];
  readonly header: string;
  readonly prefix: string;
}

export function addSecretCommands({ program, runs }: Registry): void {
  const secret = program.command("secret").description("manage secrets for sessions");
  secret
    .command("set")
    .description("add or change a secret; the value is read from a hidden prompt, standard input or a file")
    .argument("<secret>", "name of the environment variable, such as NPM_TOKEN")
    .option("--from-file <file>", "file with the value")
    .option(
      "--host <host>",
      "send the secret only to this host, outside of sandboxes; can be repeated",
      collect,
      [],
    )
    .option("--header <name>", "header that contains the secret, with --host", "authorization")
    .option("--prefix <text>", 'text before the value in the header, such as "Bearer "', "")
    .action(runs(set));
  secret
    .command("list")
    .description("list secrets, without their values")
    .option("--search <text>", "filter by part of a name")
    .action(runs(list));
  secret
    .command("show")
    .description("show where a secret is used, without its value")
    .argument("<secret>", "secret name")
    .action(runs(show));
  secret
    .command("bind")
    .description("send a secret to hosts in a header, instead of exposing it in sandboxes")
    .argument("<secret>", "secret name")
    .requiredOption("--host <host>", "host that receives the secret; can be repeated", collect, [])
    .option("--header <name>", "header that contains the secret", "authorization")
    .option("--prefix <text>", 'text before the value in the header, such as "Bearer "', "")
    .action(runs(bindSecret));
  secret
    .command("unbind")
    .description(
      "remove a secret's header injection rule, and expose the secret as an environment variable again",
    )
    .argument("<secret>", "secret name")
    .action(runs(unbindSecret));
  secret
    .command("delete")
    .description("delete a secret")
    .argument("<secret>", "secret name")
    .action(runs(remove));
}

async function set(cli: Cli, key: string, options: SetOptions): Promise<Outcome> {
  const client = cli.client();
  const value = await readSecret(cli, options.fromFile, `Value of ${key}`);
  const { host: hosts, header, prefix } = options;
  const binding = hosts.length === 0 ? null : { hosts: [...hosts], header, prefix };
  const organizationId = await ownOrganization(client);
  const found = await findSecret(client, organizationId, key);
  const secret =
    found === null
      ? await create(client, organizationId, { key, value, binding })
      : await change(client, organizationId, { id: found.id, value, binding });
  if (cli.isJson) cli.terminal.json(secret);
  else {
    const where = binding === null ? "" : `; it is sent only to ${hosts.join(", ")}`;
    cli.terminal.line(`${found === null ? "Added" : "Updated"} ${key}${where}.`);
  }
  return 0;
}

async function create(
  client: Tembo,
  organizationId: string,
  { key, value, binding }: { key: string; value: string; binding: SecretBindingBody | null },
): Promise<OrganizationSecret> {
  const { secrets } = client.organizations;
  const secret = await secrets.create(organizationId, { key, value });
  if (binding === null) return secret;
  try {
    await secrets.binding.update(organizationId, secret.id, binding);
  } catch (error) {
    // Deletes the secret, because without its header injection rule it would enter sandboxes.
    await secrets.delete(organizationId, secret.id);
    throw error;
  }
  return secret;
}

/**
 * Changes the value of a secret. A header injection rule is set before the new value, so that this value never enters a
 * sandbox.
 */
async function change(
  client: Tembo,
  organizationId: string,
  { id, value, binding }: { id: string; value: string; binding: SecretBindingBody | null },
): Promise<OrganizationSecret> {
  const { secrets } = client.organizations;
  if (binding !== null) await secrets.binding.update(organizationId, id, binding);
  return secrets.update(organizationId, id, { value });
}

async function list(cli: Cli, { search }: { readonly search?: string }): Promise<Outcome> {
  const client = cli.client();
  const organizationId = await ownOrganization(client);
  const { secrets } = client.organizations;
  return answerList(cli, (cursor) => secrets.list(organizationId, { search, cursor, limit: 100 }), {
    ID: ({ id }) => id,
    KEY: ({ key }) => key,
    CREATED: ({ createdAt }) => createdAt,
    CHANGED: ({ updatedAt }) => updatedAt,
  });
}

async function show(cli: Cli, key: string): Promise<Outcome> {
  const client = cli.client();
  const { organizationId, secret } = await requireSecret(client, key);
  const binding = await client.organizations.secrets.binding
    .retrieve(organizationId, secret.id)
    .catch((error: unknown) => {
      if (error instanceof NotFoundError) return null;
      throw error;
    });
  if (cli.isJson) cli.terminal.json({ ...secret, binding });
  else {
    cli.terminal.line(`${secret.key}, changed ${cli.terminal.moment(secret.updatedAt)}`);
    cli.terminal.line(
      binding === null
        ? "Set as an environment variable in every session."
        : `Sent to ${binding.hosts.join(", ")} as "${binding.header}: ${binding.prefix}...". It is not available in sandboxes.`,
    );
  }
  return 0;
}

async function remove(cli: Cli, key: string): Promise<Outcome> {
  const client = cli.client();
  const { organizationId, secret } = await requireSecret(client, key);
  await confirm(cli, `This deletes the secret ${key}. Sessions can no longer use it.`);
  const deleted = await client.organizations.secrets.delete(organizationId, secret.id);
  if (cli.isJson) cli.terminal.json(deleted);
  else cli.terminal.line(`Deleted secret ${key}.`);
  return 0;
}
