import type { McpConnection, McpConnectionUpdateBody } from "@tembo-io/sdk";
import type { Command } from "commander";
import { answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { CommandError } from "../../failure.ts";
import { readSecret } from "../../input/read-secret.ts";
import { collect } from "../../options.ts";
import { connectionId } from "./find-connection.ts";

interface SetOptions {
  readonly name?: string;
  readonly server?: string;
  readonly header?: string;
  readonly prefix: string;
  readonly fromFile?: string;
  readonly removeHeader: readonly string[];
  readonly env: readonly string[];
  readonly removeEnv: readonly string[];
}

export function addSetCommand(mcp: Command, runs: Registry["runs"]): void {
  mcp
    .command("set")
    .description("change an MCP server; omitted options stay unchanged")
    .argument("<connection>", "MCP server name")
    .option("--name <name>", "new name")
    .option("--server <url>", "URL of a remote server")
    .option(
      "--header <name>",
      "request header; its value is read from a hidden prompt, standard input or a file",
    )
    .option("--prefix <text>", 'text before the header value, such as "Bearer "', "")
    .option("--from-file <file>", "file with the header value")
    .option("--remove-header <name>", "header to remove; can be repeated", collect, [])
    .option("--env <key=value>", "environment variable of the command; can be repeated", collect, [])
    .option("--remove-env <variable>", "environment variable to remove; can be repeated", collect, [])
    .action(runs(set));
}

async function set(cli: Cli, named: string, options: SetOptions): Promise<Outcome> {
  const client = cli.client();
  const id = await connectionId(client, named);
  const body = await bodyOf(cli, await client.mcpConnections.retrieve(id), options);
  if (Object.keys(body).length === 1)
    throw new CommandError("No change was specified.", "tembo mcp set --help");
  const changed = await client.mcpConnections.update(id, body);
  return answerSentence(cli, changed, `Updated MCP server ${changed.name}.`);
}

async function bodyOf(
  cli: Cli,
  { type }: McpConnection,
  { name, server, header, prefix, fromFile, removeHeader, env, removeEnv }: SetOptions,
): Promise<McpConnectionUpdateBody> {
  const named = name === undefined ? {} : { name };
  const gone = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, null]));
  if (type === "stdio") {
    if (server !== undefined || header !== undefined || removeHeader.length > 0)
      throw new CommandError(
        "This MCP server is a command and has no URL or headers.",
        "use --env or --remove-env.",
      );
    const values = { ...variablesOf(env), ...gone(removeEnv) };
    return { type, ...named, ...(Object.keys(values).length > 0 && { env: values }) };
  }
  if (env.length > 0 || removeEnv.length > 0)
    throw new CommandError(
      "This MCP server is remote and has no environment variables.",
      "use --header or --remove-header.",
    );
  const added = header === undefined ? {} : { [header]: `${prefix}${await readSecret(cli, fromFile)}` };
  const values = { ...added, ...gone(removeHeader) };
  return {
    type,
    ...named,
    ...(server !== undefined && { serverUrl: server }),
    ...(Object.keys(values).length > 0 && { headers: values }),
  };
}

/** Parses `KEY=VALUE` pairs. Throws `CommandError` if a pair has no key or no `=`. */
export function variablesOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1)
        throw new CommandError(
          `--env expects KEY=VALUE, not ${JSON.stringify(pair)}.`,
          "use --env KEY=VALUE, such as --env LOG_LEVEL=debug.",
        );
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
