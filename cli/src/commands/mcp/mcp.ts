import type { McpConnectionCreateBody } from "@tembo-io/sdk";
import { answerFields, answerList, answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { CommandError } from "../../failure.ts";
import { confirm } from "../../input/confirm.ts";
import { readSecret } from "../../input/read-secret.ts";
import { collect } from "../../options.ts";
import { connectionId } from "./find-connection.ts";
import { serveMcp } from "./serve-mcp.ts";
import { addSetCommand, variablesOf } from "./set-connection.ts";

interface AddOptions {
  readonly server?: string;
  readonly header?: string;
  readonly prefix: string;
  readonly fromFile?: string;
  readonly env: readonly string[];
}

/**
 * Adds `tembo mcp`, which serves the API to MCP clients. Its subcommands manage the MCP servers that sessions can use.
 */
export function addMcpCommands({ program, runs }: Registry): void {
  const mcp = program
    .command("mcp")
    .description("serve the API over MCP on standard input and output, or manage MCP servers for sessions")
    .option("--allow-writes", "allow clients to make changes")
    .action(runs(serveMcp));
  mcp
    .command("add")
    .description("add a remote MCP server, or a command that sandboxes run")
    .argument("<name>", "name, used in: tembo session create --mcp NAME")
    .argument("[command...]", "command to run in the sandbox with its arguments, after --")
    .option("--server <url>", "URL of a remote server")
    .option(
      "--header <name>",
      "request header; its value is read from a hidden prompt, standard input or a file",
    )
    .option("--prefix <text>", 'text before the header value, such as "Bearer "', "")
    .option("--from-file <file>", "file with the header value")
    .option("--env <key=value>", "environment variable of the command; can be repeated", collect, [])
    .action(runs(add));
  mcp
    .command("list")
    .description("list MCP servers")
    .option("--search <text>", "filter by part of a name")
    .option("--connected", "only servers that a test has reached")
    .action(runs(list));
  mcp
    .command("show")
    .description("show an MCP server, without the values of headers and variables")
    .argument("<connection>", "MCP server name")
    .action(runs(show));
  addSetCommand(mcp, runs);
  mcp
    .command("authorize")
    .description("print the URL where a person authorizes Tembo")
    .argument("<connection>", "MCP server name")
    .action(runs(authorize));
  mcp
    .command("remove")
    .description("remove an MCP server")
    .argument("<connection>", "MCP server name")
    .action(runs(remove));
  mcp
    .command("test")
    .description("check that a remote MCP server responds")
    .argument("<connection>", "MCP server name")
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
    cli.terminal.line(`Added MCP server ${name}.`);
    if (connection.type === "remote") cli.terminal.hint(`"tembo mcp test ${name}" checks the connection.`);
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
      "An MCP server needs either a URL or a command.",
      "use --server, or a command after --, but not both.",
    );
  if (program !== undefined) {
    return { type: "stdio", name, command: program, args: [...args], env: variablesOf(env) };
  }
  const headers = header === undefined ? {} : { [header]: `${prefix}${await readSecret(cli, fromFile)}` };
  return { type: "remote", name, serverUrl: url!, authType: "static_headers", headers };
}

function list(
  cli: Cli,
  { search, connected }: { readonly search?: string; readonly connected?: boolean },
): Promise<Outcome> {
  const client = cli.client();
  const query = { search, ...(connected === true && { connected }) };
  return answerList(cli, (cursor) => client.mcpConnections.list({ ...query, cursor, limit: 100 }), {
    NAME: ({ name }) => name,
    TYPE: ({ type }) => type,
    URL: ({ serverUrl }) => serverUrl ?? "-",
    REACHED: ({ connectedAt }) => connectedAt ?? "-",
  });
}

async function show(cli: Cli, name: string): Promise<Outcome> {
  const client = cli.client();
  const found = await client.mcpConnections.retrieve(await connectionId(client, name));
  return answerFields(cli, found, [
    ["id", found.id],
    ["name", found.name],
    ["type", found.type],
    ["visible to", found.visibility === "shared" ? "the organization" : "only you"],
    ["URL", found.serverUrl],
    ["command", found.command && [found.command, ...(found.args ?? [])].join(" ")],
    ["headers", found.headerKeys.join(", ") || null],
    ["variables", found.envKeys.join(", ") || null],
    ["last reached", found.connectedAt ?? "never"],
    ["created", found.createdAt],
  ]);
}

async function authorize(cli: Cli, name: string): Promise<Outcome> {
  const client = cli.client();
  const asked = await client.mcpConnections.authorize(await connectionId(client, name));
  return answerSentence(cli, asked, asked.authorizationUrl ?? `${name} does not require authorization.`);
}

async function remove(cli: Cli, name: string): Promise<Outcome> {
  const client = cli.client();
  await confirm(cli, `This removes the MCP server ${name} and its credential.`);
  const deleted = await client.mcpConnections.delete(await connectionId(client, name));
  if (cli.isJson) cli.terminal.json(deleted);
  else cli.terminal.line(`Removed MCP server ${name}.`);
  return 0;
}

async function test(cli: Cli, name: string): Promise<Outcome> {
  const client = cli.client();
  const tested = await client.mcpConnections.test(await connectionId(client, name));
  if (cli.isJson) cli.terminal.json(tested);
  else cli.terminal.line(`${name} responds.`);
  return 0;
}
