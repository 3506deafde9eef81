import { answerList, answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { counted } from "../../format.ts";
import { confirm } from "../../input/confirm.ts";
import { getMember } from "../member/get-member.ts";

/**
 * Adds `tembo key`, which manages the organization's API keys. `rotate-master` replaces the key that encrypts secrets.
 */
export function addKeyCommands({ program, runs }: Registry): void {
  const key = program.command("key").description("manage API keys");
  key
    .command("create")
    .description("create an API key; it is shown only once")
    .argument("[name]", "name of the key")
    .option(
      "--for <member>",
      "owner of the key, by email address or ID: an invited address or a managed account",
    )
    .action(runs(create));
  key.command("list").description("list API keys").action(runs(list));
  key.command("revoke").description("revoke an API key").argument("<key>", "key ID").action(runs(revoke));
  key
    .command("rename")
    .description("rename an API key")
    .argument("<key>", "key ID")
    .argument("<name>", "new name")
    .action(runs(rename));
  key
    .command("rotate-master")
    .description(
      "re-encrypt all stored secrets with a new master key; run on the server's machine, with the server's environment",
    )
    .action(runs(rotateMaster));
}

async function create(
  cli: Cli,
  name: string | undefined,
  { for: named }: { readonly for?: string },
): Promise<Outcome> {
  const client = cli.client();
  const memberId = named === undefined ? undefined : (await getMember(client, named)).member.id;
  const key = await client.apiKeys.create({
    ...(name !== undefined && { name }),
    ...(memberId !== undefined && { memberId }),
  });
  if (cli.isJson) cli.terminal.json(key);
  else {
    cli.terminal.line(key.token);
    if (cli.terminal.isInteractive) cli.terminal.note("Store this key. It is not shown again.");
  }
  return 0;
}

async function list(cli: Cli): Promise<Outcome> {
  const client = cli.client();
  return answerList(cli, (cursor) => client.apiKeys.list({ cursor, limit: 100 }), {
    ID: ({ id }) => id,
    NAME: ({ name }) => name ?? "-",
    TOKEN: ({ tokenPreview }) => tokenPreview,
    CREATED: ({ createdAt }) => createdAt,
    "LAST USED": ({ lastUsedAt }) => lastUsedAt ?? "never",
  });
}

async function revoke(cli: Cli, id: string): Promise<Outcome> {
  await confirm(cli, `This revokes the API key ${id}. It stops working immediately.`);
  const deleted = await cli.client().apiKeys.delete(id);
  if (cli.isJson) cli.terminal.json(deleted);
  else cli.terminal.line(`Revoked API key ${deleted.id}.`);
  return 0;
}

async function rename(cli: Cli, id: string, name: string): Promise<Outcome> {
  const key = await cli.client().apiKeys.update(id, { name });
  return answerSentence(cli, key, `Renamed API key ${key.id} to ${name}.`);
}

async function rotateMaster(cli: Cli): Promise<Outcome> {
  const server = await cli.loadLocalServer();
  const { rewrapped, isResumed } = await server.rotateMaster(cli.env);
  if (cli.isJson) {
    cli.terminal.json({ rewrapped, isResumed });
    return 0;
  }
  const secrets = counted(rewrapped, "secret");
  const which = isResumed ? "the new master key of an interrupted rotation" : "a new master key";
  cli.terminal.line(`Encrypted ${secrets} with ${which}.`);
  if (cli.terminal.isInteractive) cli.terminal.hint("replace your backup of the master key file.");
  return 0;
}
