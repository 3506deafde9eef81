import { Anchor, Skeleton, Stack, Table, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Agent, AgentRun } from "@tembo-io/sdk";
import { Suspense } from "react";
import { tembo } from "../../api/client.ts";
import { Failed } from "../../components/failed.tsx";
import { lazyPart } from "../../components/loading/lazy-part.ts";
import { Loading } from "../../components/loading/loading.tsx";
import { MoreButton } from "../../components/more-button.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { formatDateTime } from "../../format/dates.ts";
import { formatDuration } from "../../format/duration.ts";
import { text } from "../../text/index.ts";
import { RunMark } from "./run-mark.tsx";
import classes from "./runs-tab.module.css";

const REFRESH_MS = 4_000;
const CHART_HEIGHT = 220;

const RunsChart = lazyPart(async () => ({ default: (await import("./runs-chart.tsx")).RunsChart }));

const words = text.agentRuns;

export function RunsTab({ agent }: { readonly agent: Agent }) {
  const query = useInfiniteQuery({
    queryKey: ["agent", agent.id, "runs"],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const cursor = pageParam === null ? {} : { cursor: pageParam };
      const { items, nextCursor } = await tembo.agents.runs.list(agent.id, cursor, { signal });
      return { items, nextCursor };
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: REFRESH_MS,
  });
  if (query.isLoadingError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return <Loading />;
  const runs = query.data.pages.flatMap((page) => page.items);
  if (runs.length === 0) return <Text c="dimmed">{words.none}</Text>;
  return (
    <Stack gap="lg">
      <Suspense fallback={<Skeleton height={CHART_HEIGHT} />}>
        <RunsChart agentId={agent.id} newest={runs[0]!} height={CHART_HEIGHT} />
      </Suspense>
      <Table aria-label={words.list} verticalSpacing="xs" className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words.columns.state}</Table.Th>
            <Table.Th>{words.columns.at}</Table.Th>
            <Table.Th>{words.columns.took}</Table.Th>
            <Table.Th>{words.columns.session}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </Table.Tbody>
      </Table>
      <MoreButton query={query} className={classes.more} />
    </Stack>
  );
}

function RunRow({ run }: { readonly run: AgentRun }) {
  const { status, sessionId, createdAt, durationMs, errorMessage } = run;
  return (
    <Table.Tr>
      <Table.Td>
        <span className={classes.state}>
          <RunMark status={status} />
          <span>{words.state[status] ?? status}</span>
        </span>
        {errorMessage !== null && (
          <Text size="xs" c="dimmed" dir="auto" className={classes.error}>
            {errorMessage}
          </Text>
        )}
      </Table.Td>
      <Table.Td className={classes.short}>
        <TimeAgo at={createdAt} />
      </Table.Td>
      <Table.Td className={classes.short}>{formatDuration(durationMs)}</Table.Td>
      <Table.Td className={classes.short}>
        {sessionId === null ? (
          <Text size="sm" c="dimmed">
            {words.noSession}
          </Text>
        ) : (
          <Anchor
            size="sm"
            renderRoot={(props) => <Link to="/sessions/$sessionId" params={{ sessionId }} {...props} />}
            aria-label={words.openOf(formatDateTime(new Date(createdAt)))}
          >
            {words.open}
          </Anchor>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
