import "@mantine/charts/styles.css";
import { BarChart } from "@mantine/charts";
import type { Usage } from "@tembo-io/sdk";
import { formatShortDay } from "../../format/dates.ts";
import { dollarsUpTo, formatDollars } from "../../format/numbers.ts";
import { settingsText } from "../../text/settings/index.ts";
import { costByDay } from "./cost-by-day.ts";

/** Chart of the daily cost. Hidden from screen readers, because the total next to the chart is text. */
export function CostChart({ usage, height }: { readonly usage: Usage; readonly height: number }) {
  const days = costByDay(usage);
  return (
    <BarChart
      h={height}
      data={days}
      dataKey="day"
      series={[{ name: "cost", label: settingsText.usage.dollars, color: "teal.6" }]}
      valueFormatter={formatDollars}
      xAxisProps={{ tickFormatter: formatShortDay, minTickGap: 24 }}
      yAxisProps={{ width: 64, tickFormatter: dollarsUpTo(Math.max(...days.map(({ cost }) => cost))) }}
      maxBarWidth={32}
      tickLine="none"
      aria-hidden
      // The chart is hidden from screen readers, so it must not receive focus.
      accessibilityLayer={false}
    />
  );
}
