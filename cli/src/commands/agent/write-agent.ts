import type { AgentCreateBody, AgentUpdateBody, Tembo } from "@tembo-io/sdk";
import { sandboxSizes } from "@tembo-io/sdk";
import { type Command, Option } from "commander";
import { answer, answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { UsageError } from "../../failure.ts";
import { readPrompt } from "../../input/prompt.ts";
import { readSmallFile } from "../../input/read-small-file.ts";
import { collect } from "../../options.ts";
import { requireRepository } from "../repo/enable-repository.ts";
import { getAgentId, which } from "./get-agent-id.ts";
import { instructionsOf } from "./instructions.ts";

/** Maximum size of a script in bytes: the API accepts 100,000 characters of up to four bytes in UTF-8. */
const maxScriptBytes = 400_000;

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
      .description("create and enable an agent, from instructions, a template or another agent")
      .argument("[name]", "agent name; optional with --template or --copy-of")
      .argument("[instructions]", "task for each run, or - for standard input"),
  )
    .option("--schedule <cron>", "cron schedule, in UTC; can be repeated", collect, [])
    .option(
      "--trigger <event>",
      'event that starts the agent, from "tembo agent trigger kinds"; can be repeated',
      collect,
      [],
    )
    .option(
      "--template <template>",
      'template to create the agent from; list templates with "tembo agent templates"',
    )
    .option("--copy-of <agent>", "copy this agent, by name or ID")
    .action(runs(create));
  written(
    agent
      .command("update")
      .description("change an agent; omitted options stay unchanged")
      .argument("<agent>", which)
      .argument("[instructions]", "task for each run, or - for standard input"),
  )
    .option("--name <name>", "new name")
    .option("--key <word>", 'key for POST /agent/KEY/trigger, or "none" to remove it')
    .option(
      "--script-file <file>",
      "script that runs before the task and can skip the run; an empty file removes it",
    )
    .action(runs(update));
}

function written(command: Command): Command {
  return command
    .option("--instructions-file <file>", "file with the instructions, or - for standard input")
    .option("--agent <harness:model>", 'harness and model; "tembo harness list" lists them')
    .option("--repo <repository>", "owner/name or ID; can be repeated", collect, [])
    .option("--mcp <connection>", "MCP server to connect, by name; can be repeated", collect, [])
    .addOption(new Option("--size <size>", "sandbox size: vCPUs and memory").choices(sandboxSizes));
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
    throw new UsageError(
      "A name is required.",
      'tembo agent create "Update dependencies" "Update one old dependency and run the tests." --repo OWNER/NAME',
    );
  const body: AgentCreateBody = {
    ...(name !== undefined && { name }),
    ...(await bodyOf(cli, client, instructions, options)),
    ...(schedule.length > 0 && { schedules: schedule.map((cron) => ({ cron })) }),
    ...(trigger.length > 0 && { triggers: trigger.map((event) => ({ name: event })) }),
    ...(template !== undefined && { templateName: template }),
    ...(copyOf !== undefined && { sourceAgentId: await getAgentId(client, copyOf) }),
  };
  const agent = await client.agents.create(body);
  return answer(cli, agent, () => {
    if (!cli.terminal.isInteractive) return cli.terminal.line(agent.id);
    cli.terminal.line(`Created agent ${agent.name} (${agent.id}).`);
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
    ...(scriptFile !== undefined && {
      script: (await readSmallFile(scriptFile, { what: "the script", maxBytes: maxScriptBytes })) || null,
    }),
  };
  if (Object.keys(body).length === 0)
    throw new UsageError("No change was specified.", "tembo agent update --help");
  const agent = await client.agents.update(await getAgentId(client, named), body);
  return answerSentence(cli, agent, `Updated agent ${agent.name}.`);
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
