import { Badge, Group, Title } from "@mantine/core";
import type { Agent } from "@tembo-io/sdk";
import { text } from "../../text/index.ts";
import { AgentMenu } from "./agent-menu.tsx";
import classes from "./agent-page.module.css";
import { EnabledSwitch } from "./enabled-switch.tsx";
import { RunButton } from "./run-button.tsx";

export function AgentHeader({ agent }: { readonly agent: Agent }) {
  const isArchived = agent.archivedAt !== null;
  return (
    <Group component="header" className={classes.header} justify="space-between" gap="sm">
      <Title order={1} className={classes.title} dir="auto" lineClamp={2}>
        {agent.name}
      </Title>
      <Group gap="sm" wrap="nowrap">
        {isArchived ? (
          <Badge variant="light" color="gray">
            {text.agents.isArchived}
          </Badge>
        ) : (
          <>
            <EnabledSwitch agent={agent} />
            <RunButton agentId={agent.id} />
          </>
        )}
        <AgentMenu agent={agent} />
      </Group>
    </Group>
  );
}
