import "@mantine/charts/styles.css";
import { BarChart } from "@mantine/charts";
import { Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Insight } from "@tembo-io/sdk";
import type { ReactNode } from "react";
import { shortDay } from "../components/days.ts";
import { Failed } from "../components/failed.tsx";
import { text } from "../text/index.ts";
import { costByDay } from "./cost-by-day.ts";
import { DAYS, MOST_SESSIONS, usageQuery } from "./insights-query.ts";
import { dollars } from "./money.ts";

const words = text.insights;

export function PullsChart({
  months,
  height,
}: {
  readonly months: NonNullable<Insight["data"]>["timeSeries"];
  readonly height: number;
}) {
  const sum = (of: "prsCreated" | "prsMerged") => months.reduce((total, month) => total + month[of], 0);
  return (
    <Framed title={words.pulls.title} about={words.pulls.words(sum("prsCreated"), sum("prsMerged"))}>
      <BarChart
        h={height}
        data={months}
        dataKey="month"
        type="stacked"
        series={[
          { name: "prsWithTembo", label: words.pulls.withTembo, color: "teal.6" },
          { name: "prsWithoutTembo", label: words.pulls.withoutTembo, color: "gray.5" },
        ]}
        xAxisProps={{ tickFormatter: shortMonth }}
        yAxisProps={{ allowDecimals: false, width: 32 }}
        withLegend
        tickLine="none"
        aria-hidden
      />
    </Framed>
  );
}

export function CostChart({ height }: { readonly height: number }) {
  const query = useQuery(usageQuery);
  if (query.isLoadingError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return <Skeleton height={height} />;
  const total = query.data.reduce((sum, { totalCredits }) => sum + totalCredits, 0);
  const isCut = query.data.length >= MOST_SESSIONS;
  const about = [words.cost.words(dollars(total), query.data.length)];
  if (isCut) about.push(words.cost.tooMany(MOST_SESSIONS));
  return (
    <Framed title={words.cost.title} about={about.join(" ")}>
      <BarChart
        h={height}
        data={costByDay(query.data, new Date(), DAYS)}
        dataKey="day"
        series={[{ name: "cost", label: words.cost.dollars, color: "teal.6" }]}
        valueFormatter={dollars}
        xAxisProps={{ tickFormatter: shortDay, minTickGap: 24 }}
        yAxisProps={{ width: 64 }}
        tickLine="none"
        aria-hidden
      />
    </Framed>
  );
}

function Framed({
  title,
  about,
  children,
}: {
  readonly title: string;
  readonly about: string;
  readonly children: ReactNode;
}) {
  return (
    <Stack gap="xs" component="section" aria-label={title} miw={0}>
      <Title order={2}>{title}</Title>
      <Text size="sm" c="dimmed">
        {about}
      </Text>
      {children}
    </Stack>
  );
}

const monthNames = new Intl.DateTimeFormat("en", { month: "short", timeZone: "UTC" });
const shortMonth = (month: string) => monthNames.format(new Date(`${month}-01`));
