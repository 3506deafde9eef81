import type { McpConnectionCreateBody, McpConnectionList, Tembo } from "@tembo-io/sdk";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { CommandError } from "../../failure.ts";
import { readSecret } from "../../input/read-secret.ts";
import { collect } from "../../options.ts";
import { allPages } from "../../pages.ts";
import { printTable } from "../../table.ts";
import { serveMcp } from "./serve-mcp.ts";

interface AddOptions {
  readonly server?: string;
  readonly header?: string;
  readonly prefix: string;
  readonly fromFile?: string;
  readonly env: readonly string[];
}

/** `tembo mcp`: the API for programs that speak MCP. `tembo mcp add|list|remove|test`: MCP servers that sessions may name. */
export function addMcpCommands({ program, runs }: Registry): void {
  const mcp = program
    .command("mcp")
    .description("serve the API over MCP on standard input and output; below it, MCP servers for sessions")
    .option("--allow-writes", "let whoever connects change things too")
    .action(runs(serveMcp));
  mcp
    .command("add")
    .description("keep a remote MCP server, or with a command one that sandboxes start")
    .argument("<name>", "sessions name it so: tembo session create --mcp NAME")
    .argument("[command...]", "a program of the sandbox and its arguments, after --")
    .option("--server <url>", "the address of a remote server")
    .option("--header <name>", "a header of its requests, whose value is read from standard input or a file")
    .option("--prefix <text>", 'what comes before that value, such as "Bearer "', "")
    .option("--from-file <file>", "a file that holds the value")
    .option("--env <key=value>", "a variable of the command; several times", collect, [])
    .action(runs(add));
  mcp.command("list").description("list the MCP servers").action(runs(list));
  mcp
    .command("remove")
    .description("forget an MCP server")
    .argument("<connection>", "as in the list")
    .action(runs(remove));
  mcp
    .command("test")
    .description("greet a remote MCP server once")
    .argument("<connection>", "as in the list")
    .action(runs(test));
}

async function add(
  cli: Cli,
  name: string,
  command: readonly string[],
  options: AddOptions,
): Promise<Outcome> {
  const client = cli.client();
  const { connection } = await client.mcpConnections.create(await bodyOf(cli, name, command, options));
  if (cli.isJson) cli.terminal.json(connection);
  else {
    cli.terminal.line(`${name} is kept.`);
    if (connection.type === "remote") cli.terminal.note(`Next: "tembo mcp test ${name}" greets it.`);
  }
  return 0;
}

async function bodyOf(
  cli: Cli,
  name: string,
  [program, ...args]: readonly string[],
  { server: url, header, prefix, fromFile, env }: AddOptions,
): Promise<McpConnectionCreateBody> {
  if ((url === undefined) === (program === undefined))
    throw new CommandError(
      "An MCP server is remote or a program.",
      "give --server, or a command after --, and not both.",
    );
  if (program !== undefined) {
    const values = env.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1)
        throw new CommandError(`--env takes KEY=VALUE, not ${JSON.stringify(pair)}.`, "name a key.");
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    });
    return { type: "stdio", name, command: program, args: [...args], env: Object.fromEntries(values) };
  }
  const headers = header === undefined ? {} : { [header]: `${prefix}${await readSecret(cli, fromFile)}` };
  return { type: "remote", name, serverUrl: url!, authType: "static_headers", headers };
}

async function list(cli: Cli): Promise<Outcome> {
  const items = await allConnections(cli.client());
  if (cli.isJson) cli.terminal.json({ items });
  else {
    printTable(
      cli.terminal,
      ["NAME", "TYPE", "URL", "REACHED"],
      items.map(({ name, type, serverUrl, connectedAt }) => [
        name,
        type,
        serverUrl ?? "-",
        connectedAt ?? "-",
      ]),
    );
  }
  return 0;
}

async function remove(cli: Cli, name: string): Promise<Outcome> {
  const client = cli.client();
  const deleted = await client.mcpConnections.delete(await idOf(client, name));
  if (cli.isJson) cli.terminal.json(deleted);
  else cli.terminal.line(`The MCP server ${name} is forgotten.`);
  return 0;
}

async function test(cli: Cli, name: string): Promise<Outcome> {
  const client = cli.client();
  const tested = await client.mcpConnections.test(await idOf(client, name));
  if (cli.isJson) cli.terminal.json(tested);
  else cli.terminal.line(`${name} answers.`);
  return 0;
}

function allConnections(client: Tembo): Promise<McpConnectionList["items"]> {
  return allPages((cursor) => client.mcpConnections.list({ cursor, limit: 100 }));
}

async function idOf(client: Tembo, name: string): Promise<string> {
  const found = (await allConnections(client)).find((one) => one.name === name || one.id === name);
  if (found !== undefined) return found.id;
  throw new CommandError(
    `There is no MCP server ${JSON.stringify(name)}.`,
    '"tembo mcp list" shows what there is.',
  );
}
