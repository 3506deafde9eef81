import { type Agent, sandboxSizeName } from "@tembo-io/sdk";
import { suggest } from "../../answer.ts";
import type { Cli } from "../../cli.ts";
import { counted } from "../../format.ts";
import type { Names } from "../../names.ts";
import { printFields } from "../../table.ts";
import { toPlainText } from "./instructions.ts";

export function printAgent(cli: Cli, agent: Agent, names: Names): void {
  const { terminal } = cli;
  const repositories = agent.codeRepositories.map(({ owner, name }) =>
    owner === null ? name : `${owner}/${name}`,
  );
  printFields(terminal, [
    ["ID", agent.id],
    ["name", agent.name],
    ["state", agentState(agent)],
    ["key", agent.key],
    ["agent", agent.agent && { text: names.agent(agent.agent), raw: agent.agent }],
    [
      "repositories",
      repositories.join(", ") || (agent.autoDetectRepositories ? "detected automatically" : null),
    ],
    ["MCP servers", agent.mcpServers.join(", ") || null],
    ["size", agent.sandboxSize && { text: sandboxSizeName(agent.sandboxSize), raw: agent.sandboxSize }],
    ["starts", describeStarts(agent.scheduleCount, agent.triggerCount)],
    ["runs", String(agent.runCount)],
    ["last run", agent.lastRun && `${agent.lastRun.status}, ${terminal.moment(agent.lastRun.createdAt)}`],
    ["version", String(agent.contentVersion)],
    ["created", agent.createdAt],
  ]);
  const script = agent.script?.trimEnd() ?? "";
  for (const [title, text] of [
    ["Instructions", toPlainText(agent.instructions).trimEnd()],
    ["Script", script],
  ] as const) {
    if (text === "") continue;
    terminal.line("");
    terminal.line({ style: "dim", text: title });
    for (const line of text.split("\n")) terminal.line(line);
  }
  suggest(cli, `tembo agent run ${agent.id}`);
}

export function agentState({ enabledAt, archivedAt }: Pick<Agent, "enabledAt" | "archivedAt">): string {
  if (archivedAt !== null) return "archived";
  return enabledAt === null ? "disabled" : "enabled";
}

export function describeStarts(schedules: number, triggers: number): string {
  const parts = [
    ...(schedules === 0 ? [] : [counted(schedules, "schedule")]),
    ...(triggers === 0 ? [] : [counted(triggers, "trigger")]),
  ];
  return parts.join(", ") || "manually";
}
