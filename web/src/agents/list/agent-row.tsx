import { Text } from "@mantine/core";
import { IconBolt, IconCalendarTime, IconHandClick } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { AgentListItem } from "@tembo-io/sdk";
import { useForgeLabel } from "../../api/providers.ts";
import { Moment } from "../../components/moment.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { text } from "../../text/index.ts";
import { EnabledSwitch } from "../agent/enabled-switch.tsx";
import { RunMark } from "../runs/run-mark.tsx";
import classes from "./agent-row.module.css";

export function AgentRow({
  agent,
}: {
  readonly agent: AgentListItem & { readonly nextRunAt: string | null };
}) {
  const { lastRun, nextRunAt } = agent;
  return (
    <li className={classes.row}>
      <Link to="/agents/$agentId" params={{ agentId: agent.id }} className={classes.link}>
        <span className={classes.words}>
          <Text size="sm" fw={550} truncate dir="auto" component="span" display="block">
            {agent.name}
          </Text>
          <Starts agent={agent} />
        </span>
        <span className={classes.fact}>
          <span className={classes.label}>{text.agents.lastRun}</span>
          {lastRun === null ? (
            text.agents.neverRan
          ) : (
            <span className={classes.run}>
              <RunMark status={lastRun.status} />
              <TimeAgo at={lastRun.createdAt} />
            </span>
          )}
        </span>
        <span className={classes.fact}>
          <span className={classes.label}>{text.agents.nextRun}</span>
          {nextRunAt === null ? text.agents.noNextRun : <Moment at={nextRunAt} />}
        </span>
      </Link>
      {agent.archivedAt === null ? (
        <EnabledSwitch agent={agent} />
      ) : (
        <Text size="xs" c="dimmed">
          {text.agents.isArchived}
        </Text>
      )}
    </li>
  );
}

function Starts({
  agent: { scheduleCount, triggerCount, integrationTypes },
}: {
  readonly agent: AgentListItem;
}) {
  return (
    <span className={classes.starts}>
      {scheduleCount > 0 && (
        <span className={classes.start}>
          <IconCalendarTime size={14} aria-hidden /> {text.agents.schedules(scheduleCount)}
        </span>
      )}
      {triggerCount > 0 && (
        <span className={classes.start}>
          <IconBolt size={14} aria-hidden /> {text.agents.triggers(triggerCount)}
          {integrationTypes.map((type) => (
            <Forge key={type} type={type} />
          ))}
        </span>
      )}
      {scheduleCount + triggerCount === 0 && (
        <span className={classes.start}>
          <IconHandClick size={14} aria-hidden /> {text.agents.byHand}
        </span>
      )}
    </span>
  );
}

function Forge({ type }: { readonly type: string }) {
  return <> · {useForgeLabel(type)}</>;
}
