import "@mantine/charts/styles.css";
import { BarChart } from "@mantine/charts";
import { Stack, Text, Title } from "@mantine/core";
import type { Insight } from "@tembo-io/sdk";
import { formatShortMonth } from "../format/dates.ts";
import { text } from "../text/index.ts";

const words = text.insights.pulls;

export function PullsChart({
  months,
  height,
}: {
  readonly months: NonNullable<Insight["data"]>["timeSeries"];
  readonly height: number;
}) {
  const sum = (of: "prsCreated" | "prsMerged") => months.reduce((total, month) => total + month[of], 0);
  return (
    <Stack gap="xs" component="section" aria-label={words.title} miw={0}>
      <Title order={2}>{words.title}</Title>
      <Text size="sm" c="dimmed">
        {words.words(sum("prsCreated"), sum("prsMerged"))}
      </Text>
      <BarChart
        h={height}
        data={months}
        dataKey="month"
        type="stacked"
        series={[
          { name: "prsWithTembo", label: words.withTembo, color: "teal.6" },
          { name: "prsWithoutTembo", label: words.withoutTembo, color: "gray.5" },
        ]}
        xAxisProps={{ tickFormatter: formatShortMonth }}
        yAxisProps={{ allowDecimals: false, width: 32 }}
        maxBarWidth={64}
        withLegend
        tickLine="none"
        aria-hidden
        // The chart is hidden from screen readers, so it must not receive focus.
        accessibilityLayer={false}
      />
    </Stack>
  );
}
