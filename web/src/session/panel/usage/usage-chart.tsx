import "@mantine/charts/styles.css";
import { BarChart } from "@mantine/charts";
import { memo } from "react";
import { formatCompact } from "../../../format/numbers.ts";
import { text } from "../../../text/index.ts";
import type { TurnUsage } from "./turns.ts";

const HEIGHT_PX = 220;
const MAX_BAR_PX = 48;

/**
 * Chart of the numbers in the table below the chart. Hidden from screen readers, because the table contains the same
 * data.
 */
export const UsageChart = memo(({ turns }: { readonly turns: readonly TurnUsage[] }) => {
  return (
    <BarChart
      aria-hidden
      h={HEIGHT_PX}
      type="stacked"
      data={turns.map((turn) => ({ ...turn, turn: text.panel.usage.turnNumber(turn.number) }))}
      dataKey="turn"
      series={[
        { name: "cachedInputTokens", label: text.panel.usage.cached, color: "teal.3" },
        { name: "cacheWriteTokens", label: text.panel.usage.cacheWrite, color: "blue.4" },
        { name: "inputTokens", label: text.panel.usage.input, color: "teal.6" },
        { name: "outputTokens", label: text.panel.usage.output, color: "orange.6" },
      ]}
      valueFormatter={formatCompact}
      maxBarWidth={MAX_BAR_PX}
      withLegend
      tickLine="none"
      // The chart is hidden from screen readers, so it must not receive focus.
      barChartProps={{ accessibilityLayer: false }}
      barProps={{ isAnimationActive: false }}
    />
  );
});
