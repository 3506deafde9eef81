import { answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { confirm } from "../../input/confirm.ts";
import { allPages } from "../../pages.ts";
import { printTable } from "../../table.ts";
import { findMember } from "../member/find-member.ts";

/** `tembo key create|list|revoke`: API keys of the organization. `rotate-master`: the key that encrypts its secrets. */
export function addKeyCommands({ program, runs }: Registry): void {
  const key = program.command("key").description("API keys");
  key
    .command("create")
    .description("make a key; its token is shown this once")
    .argument("[name]", "what it is for")
    .option("--for <member>", "whose it is, by address or id; who was invited joins with it")
    .action(runs(create));
  key.command("list").description("list the keys, without their tokens").action(runs(list));
  key
    .command("revoke")
    .description("end a key at once")
    .argument("<key>", "as in the list")
    .action(runs(revoke));
  key
    .command("rename")
    .description("say what a key is for")
    .argument("<key>", "its id, as in the list")
    .argument("<name>", "what it is for")
    .action(runs(rename));
  key
    .command("rotate-master")
    .description(
      "put every stored secret under a new master key; on the server's machine, with its environment",
    )
    .action(runs(rotateMaster));
}

async function create(
  cli: Cli,
  name: string | undefined,
  { for: named }: { readonly for?: string },
): Promise<Outcome> {
  const client = cli.client();
  const memberId = named === undefined ? undefined : (await findMember(client, named)).member.id;
  const key = await client.apiKeys.create({
    ...(name !== undefined && { name }),
    ...(memberId !== undefined && { memberId }),
  });
  if (cli.isJson) cli.terminal.json(key);
  else {
    cli.terminal.line(key.token);
    if (cli.terminal.isInteractive) cli.terminal.note("Keep it: it is not shown again.");
  }
  return 0;
}

async function list(cli: Cli): Promise<Outcome> {
  const client = cli.client();
  const items = await allPages((cursor) => client.apiKeys.list({ cursor, limit: 100 }));
  if (cli.isJson) cli.terminal.json({ items });
  else {
    printTable(
      cli.terminal,
      ["ID", "NAME", "TOKEN", "CREATED", "LAST USED"],
      items.map((key) => [
        key.id,
        key.name ?? "-",
        key.tokenPreview,
        key.createdAt,
        key.lastUsedAt ?? "never",
      ]),
    );
  }
  return 0;
}

async function revoke(cli: Cli, id: string): Promise<Outcome> {
  await confirm(cli, `The key ${id} stops working at once.`);
  const deleted = await cli.client().apiKeys.delete(id);
  if (cli.isJson) cli.terminal.json(deleted);
  else cli.terminal.line(`The key ${deleted.id} is revoked.`);
  return 0;
}

async function rename(cli: Cli, id: string, name: string): Promise<Outcome> {
  const key = await cli.client().apiKeys.update(id, { name });
  return answerSentence(cli, key, `The key ${key.id} is called ${name}.`);
}

async function rotateMaster(cli: Cli): Promise<Outcome> {
  const server = await cli.loadLocalServer();
  const { rewrapped, isResumed } = await server.rotateMaster(cli.env);
  if (cli.isJson) {
    cli.terminal.json({ rewrapped, isResumed });
    return 0;
  }
  const secrets = rewrapped === 1 ? "1 secret is" : `${rewrapped} secrets are`;
  const which = isResumed ? "the master key of an earlier rotation, which was cut off" : "a new master key";
  cli.terminal.line(`${secrets} wrapped by ${which}.`);
  if (cli.terminal.isInteractive) cli.terminal.hint("replace your copy of the master key file.");
  return 0;
}
