import "@mantine/charts/styles.css";
import { BarChart } from "@mantine/charts";
import { Skeleton, Stack, Text, Title } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { AgentRun } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { Failed } from "../../components/failed.tsx";
import { formatShortDay } from "../../format/dates.ts";
import { text } from "../../text/index.ts";
import { type CountedState, countRuns, type DayOfRuns, states } from "./count-runs.ts";

const DAYS = 30;
const MOST_RUNS = 1_000;
const DAY_MS = 86_400_000;

const words = text.agentRuns;
const nameOf = (state: CountedState) => (state === "open" ? words.working : words.state[state]!);
const colors: Readonly<Record<CountedState, string>> = {
  completed: "teal.6",
  failed: "red.6",
  cancelled: "gray.5",
  skipped: "yellow.6",
  open: "blue.5",
};

/** Chart of runs by day and status. Reloads when there is a newer run or the newest run's status changes. */
export function RunsChart({
  agentId,
  newest,
  height,
}: {
  readonly agentId: string;
  readonly newest: Pick<AgentRun, "id" | "status">;
  readonly height: number;
}) {
  const query = useQuery({
    queryKey: ["agent", agentId, "runs-by-day", newest.id, newest.status],
    queryFn: async ({ signal }) => {
      const runs = await latestRuns(agentId, Date.now() - DAYS * DAY_MS, signal);
      return { days: countRuns(runs, new Date(), DAYS), isCut: runs.length >= MOST_RUNS };
    },
    placeholderData: keepPreviousData,
  });
  if (query.isLoadingError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return <Skeleton height={height} />;
  const { days, isCut } = query.data;
  const seen = states.filter((state) => days.some((day) => day[state] > 0));
  return (
    <Stack gap="xs" component="section" aria-label={words.chart(DAYS)}>
      <Title order={2}>{words.chart(DAYS)}</Title>
      <Text size="sm" c="dimmed">
        {words.chartWords(seen.map((state) => words.count(sumOf(days, state), nameOf(state))))}
        {isCut && ` ${words.tooMany(MOST_RUNS)}`}
      </Text>
      <BarChart
        h={height}
        data={[...days]}
        dataKey="day"
        type="stacked"
        series={seen.map((state) => ({ name: state, label: nameOf(state), color: colors[state] }))}
        yAxisProps={{ allowDecimals: false, width: 32 }}
        xAxisProps={{ tickFormatter: formatShortDay, minTickGap: 24 }}
        withLegend
        tickLine="none"
        aria-hidden
        // The chart is hidden from screen readers, so it must not receive focus.
        accessibilityLayer={false}
      />
    </Stack>
  );
}

async function latestRuns(agentId: string, since: number, signal: AbortSignal): Promise<AgentRun[]> {
  const runs: AgentRun[] = [];
  for await (const run of tembo.agents.runs.list(agentId, { limit: 100 }, { signal })) {
    if (new Date(run.createdAt).getTime() < since || runs.length >= MOST_RUNS) break;
    runs.push(run);
  }
  return runs;
}

const sumOf = (days: readonly DayOfRuns[], state: CountedState) =>
  days.reduce((sum, day) => sum + day[state], 0);
