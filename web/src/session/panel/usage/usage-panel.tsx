import { Group, Skeleton, Text, Title } from "@mantine/core";
import { Suspense, useMemo } from "react";
import { lazyPart } from "../../../components/loading/lazy-part.ts";
import { formatDuration } from "../../../format/duration.ts";
import { formatCompact, formatCount, formatMicroDollars } from "../../../format/numbers.ts";
import { text } from "../../../text/index.ts";
import { Nothing } from "../nothing.tsx";
import body from "../panel-body.module.css";
import type { PanelProps } from "../panel-props.ts";
import { versionOf } from "../version-of.ts";
import { tokensOf, totalOf, turnsOf } from "./turns.ts";
import classes from "./usage-panel.module.css";
import { UsageTable } from "./usage-table.tsx";

const UsageChart = lazyPart(async () => ({ default: (await import("./usage-chart.tsx")).UsageChart }));

const countedTypes = new Set([
  "turn.started",
  "turn.metered",
  "turn.completed",
  "turn.failed",
  "turn.cancelled",
]);

/** Tokens and cost of each turn, as counted by the model gateway, and the duration of each turn. */
export function UsagePanel({ events }: PanelProps) {
  const version = versionOf(events, countedTypes);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other events arrive many times a second and change nothing here
  const turns = useMemo(() => turnsOf(events), [version]);
  if (turns.length === 0) return <Nothing>{text.panel.usage.none}</Nothing>;
  const total = totalOf(turns);
  const workedMs = turns.reduce(
    (sum, { startedAt, endedAt }) =>
      sum + (endedAt === null ? 0 : Date.parse(endedAt) - Date.parse(startedAt)),
    0,
  );
  return (
    <div className={body.scroll}>
      <Group component="dl" className={classes.figures} gap="xl">
        <Figure name={text.panel.usage.cost} value={formatMicroDollars(total.costMicroUsd)} />
        <Figure name={text.panel.usage.tokens} value={formatCompact(tokensOf(total))} />
        <Figure name={text.panel.usage.requests} value={formatCount(total.requests)} />
        <Figure name={text.panel.usage.time} value={formatDuration(workedMs)} />
      </Group>
      {total.unpricedRequests > 0 && (
        <Text size="sm" c="dimmed" mb="md">
          {text.panel.usage.unpriced(total.unpricedRequests)}
        </Text>
      )}
      <Title order={3} mb="sm">
        {text.panel.usage.perTurn}
      </Title>
      <Suspense fallback={<Skeleton h={220} />}>
        <UsageChart turns={turns} />
      </Suspense>
      <UsageTable turns={turns} total={total} />
    </div>
  );
}

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
