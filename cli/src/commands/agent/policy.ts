import type { AgentRunPolicy, AgentRunPolicyBody } from "@tembo-io/sdk";
import { type Command, InvalidArgumentError, Option } from "commander";
import { answerFields } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { getAgentId, which } from "./get-agent-id.ts";

interface PolicyOptions {
  readonly overlap?: AgentRunPolicy["overlap"];
  readonly pauseAfter?: number | "never";
}

export function addPolicyCommand(agent: Command, runs: Registry["runs"]): void {
  agent
    .command("policy")
    .description("show or change how an agent handles overlapping runs and repeated failures")
    .argument("<agent>", which)
    .addOption(
      new Option("--overlap <how>", "what to do if the agent is already running").choices([
        "parallel",
        "queue",
        "skip",
      ]),
    )
    .option(
      "--pause-after <failures>",
      'consecutive failures after which the agent is paused, or "never"',
      failures,
    )
    .action(runs(policy));
}

async function policy(cli: Cli, named: string, { overlap, pauseAfter }: PolicyOptions): Promise<Outcome> {
  const client = cli.client();
  const id = await getAgentId(client, named);
  const body: AgentRunPolicyBody = {
    ...(overlap !== undefined && { overlap }),
    ...(pauseAfter !== undefined && { pauseAfterFailures: pauseAfter === "never" ? null : pauseAfter }),
  };
  const isChange = Object.keys(body).length > 0;
  const found = isChange ? await client.agents.updateRunPolicy(id, body) : await client.agents.runPolicy(id);
  return answerFields(cli, found, [
    ["overlapping runs", found.overlap],
    ["pause after failures", found.pauseAfterFailures === null ? "never" : String(found.pauseAfterFailures)],
    ["paused", found.pausedAt && `${cli.terminal.moment(found.pausedAt)}: ${found.pausedReason ?? ""}`],
  ]);
}

function failures(value: string): number | "never" {
  if (value === "never") return value;
  if (/^([1-9][0-9]?|100)$/.test(value)) return Number(value);
  throw new InvalidArgumentError('Expected a number from 1 to 100, or "never".');
}
