import type { Cli, Outcome, Registry } from "../cli.ts";
import { allPages } from "../pages.ts";
import { printTable } from "../table.ts";

/** `tembo key create|list|revoke`: the API keys of the organization. */
export function addKeyCommands({ program, runs }: Registry): void {
  const key = program.command("key").description("API keys");
  key
    .command("create")
    .description("make a key; its token is shown this once")
    .argument("[name]", "what it is for")
    .action(runs(create));
  key.command("list").description("list the keys, without their tokens").action(runs(list));
  key
    .command("revoke")
    .description("end a key at once")
    .argument("<id>", "as in the list")
    .action(runs(revoke));
}

async function create(cli: Cli, name: string | undefined): Promise<Outcome> {
  const key = await cli.client().apiKeys.create(name === undefined ? {} : { name });
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
  const deleted = await cli.client().apiKeys.delete(id);
  if (cli.isJson) cli.terminal.json(deleted);
  else cli.terminal.line(`The key ${deleted.id} is revoked.`);
  return 0;
}
