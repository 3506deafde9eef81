import { readFile } from "node:fs/promises";
import type { AgentCreateBody, AgentUpdateBody, Tembo } from "@tembo-io/sdk";
import { sandboxSizes } from "@tembo-io/sdk";
import { type Command, Option } from "commander";
import { answer, answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { CommandError } from "../../failure.ts";
import { readPrompt } from "../../input/prompt.ts";
import { collect } from "../../options.ts";
import { requireRepository } from "../repo/enable-repository.ts";
import { findAgentId, which } from "./find-agent.ts";
import { instructionsOf } from "./instructions.ts";

interface Written {
  readonly instructionsFile?: string;
  readonly agent?: string;
  readonly repo: readonly string[];
  readonly mcp: readonly string[];
  readonly size?: NonNullable<AgentCreateBody["sandboxSize"]>;
}

interface CreateOptions extends Written {
  readonly schedule: readonly string[];
  readonly trigger: readonly string[];
  readonly template?: NonNullable<AgentCreateBody["templateName"]>;
  readonly copyOf?: string;
}

interface UpdateOptions extends Written {
  readonly name?: string;
  readonly key?: string;
  readonly scriptFile?: string;
}

export function addWriteCommands(agent: Command, runs: Registry["runs"]): void {
  written(
    agent
      .command("create")
      .description("make an agent from instructions, from a template, or as a copy; it is enabled")
      .argument("[name]", "what it is called; a template and a copy have one")
      .argument("[instructions]", "task of each run, or - to read it from standard input"),
  )
    .option("--schedule <cron>", "when it starts by itself, in UTC; several times", collect, [])
    .option(
      "--trigger <event>",
      'an event that starts it, as in "agent trigger kinds"; several times',
      collect,
      [],
    )
    .option("--template <template>", 'make it from a template, as in "agent templates"')
    .option("--copy-of <agent>", "copy an agent")
    .action(runs(create));
  written(
    agent
      .command("update")
      .description("change what is named of an agent")
      .argument("<agent>", which)
      .argument("[instructions]", "task of each run, or - to read it from standard input"),
  )
    .option("--name <name>", "what it is called")
    .option("--key <word>", 'a word that names it in POST /agent/WORD/trigger, or "none"')
    .option(
      "--script-file <file>",
      "a script that runs before the work and may skip the run; an empty file takes it away",
    )
    .action(runs(update));
}

function written(command: Command): Command {
  return command
    .option("--instructions-file <file>", "read the instructions from a file; - for standard input")
    .option("--agent <harness:model>", 'who works it; "tembo harness list" shows the harnesses')
    .option("--repo <repository>", "owner/name or id; may be given several times", collect, [])
    .option("--mcp <connection>", "an MCP connection it gets; may be given several times", collect, [])
    .addOption(new Option("--size <size>", "vCPUs and memory of its sandboxes").choices(sandboxSizes));
}

async function create(
  cli: Cli,
  name: string | undefined,
  instructions: string | undefined,
  options: CreateOptions,
): Promise<Outcome> {
  const { schedule, trigger, template, copyOf } = options;
  const client = cli.client();
  if (name === undefined && template === undefined && copyOf === undefined)
    throw new CommandError(
      "The agent has no name.",
      'tembo agent create "Update what is old" "Update one old dependency and run the tests." --repo OWNER/NAME',
    );
  const body: AgentCreateBody = {
    ...(name !== undefined && { name }),
    ...(await bodyOf(cli, client, instructions, options)),
    ...(schedule.length > 0 && { schedules: schedule.map((cron) => ({ cron })) }),
    ...(trigger.length > 0 && { triggers: trigger.map((event) => ({ name: event })) }),
    ...(template !== undefined && { templateName: template }),
    ...(copyOf !== undefined && { sourceAgentId: await findAgentId(client, copyOf) }),
  };
  const agent = await client.agents.create(body);
  return answer(cli, agent, () => {
    if (!cli.terminal.isInteractive) return cli.terminal.line(agent.id);
    cli.terminal.line(`The agent ${agent.name} is made: ${agent.id}`);
    cli.terminal.hint(`tembo agent run ${agent.id} --watch`);
  });
}

async function update(
  cli: Cli,
  named: string,
  instructions: string | undefined,
  options: UpdateOptions,
): Promise<Outcome> {
  const { name, key, scriptFile } = options;
  const client = cli.client();
  const body: AgentUpdateBody = {
    ...(await bodyOf(cli, client, instructions, options)),
    ...(name !== undefined && { name }),
    ...(key !== undefined && { key: key === "none" ? null : key }),
    ...(scriptFile !== undefined && { script: (await scriptOf(scriptFile)) || null }),
  };
  if (Object.keys(body).length === 0)
    throw new CommandError("There is nothing to change.", "tembo agent update --help");
  const agent = await client.agents.update(await findAgentId(client, named), body);
  return answerSentence(cli, agent, `The agent ${agent.name} is changed.`);
}

async function bodyOf(
  cli: Cli,
  client: Tembo,
  instructions: string | undefined,
  { instructionsFile, agent, repo, mcp, size }: Written,
) {
  const isInstructed = instructions !== undefined || instructionsFile !== undefined;
  const text = isInstructed
    ? await readPrompt(cli, instructions, { file: instructionsFile, option: "--instructions-file" })
    : null;
  const repositoryIds: string[] = [];
  for (const named of repo) repositoryIds.push((await requireRepository(client, named)).id);
  return {
    ...(text !== null && { instructions: instructionsOf(text) }),
    ...(agent !== undefined && { agent }),
    ...(repositoryIds.length > 0 && { repositoryIds }),
    ...(mcp.length > 0 && { mcpServers: [...mcp] }),
    ...(size !== undefined && { sandboxSize: size }),
  };
}

async function scriptOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new CommandError(`The script could not be read: ${(cause as Error).message}.`, "check its path.", {
      cause,
    });
  }
}
