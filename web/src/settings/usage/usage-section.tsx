import { SegmentedControl, SimpleGrid, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Suspense } from "react";
import { lazyPart } from "../../components/loading/lazy-part.ts";
import { formatDollars } from "../../format/numbers.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Loaded } from "../kit/loaded.tsx";
import { Panel, Section } from "../kit/section.tsx";
import { CostTable } from "./cost-table.tsx";
import { usageQuery } from "./usage-query.ts";
import { DEFAULT_RANGE, type Range, ranges } from "./usage-search.ts";

const CHART_HEIGHT = 220;
const CostChart = lazyPart(async () => ({ default: (await import("./cost-chart.tsx")).CostChart }));

const words = settingsText.usage;

export default function UsageSection() {
  const { days = DEFAULT_RANGE } = useSearch({ from: "/inside/settings/$section" });
  return (
    <Section title={settingsText.names.usage} about={words.about} action={<RangeControl days={days} />}>
      <ByDay days={days} />
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        {(["person", "repository", "harness", "model", "agent", "pullRequest"] as const).map((groupBy) => (
          <CostTable key={groupBy} groupBy={groupBy} days={days} />
        ))}
      </SimpleGrid>
      <CostTable groupBy="session" days={days} />
    </Section>
  );
}

function RangeControl({ days }: { readonly days: Range }) {
  const navigate = useNavigate({ from: "/settings/$section" });
  return (
    <SegmentedControl
      aria-label={words.range}
      value={String(days)}
      onChange={(value) => void navigate({ search: { days: Number(value) as Range }, replace: true })}
      data={ranges.map((range) => ({ value: String(range), label: words.days(range) }))}
    />
  );
}

function ByDay({ days }: { readonly days: number }) {
  const query = useQuery(usageQuery("day", days));
  return (
    <Panel title={words.byDay}>
      <Loaded query={query}>
        {(usage) => (
          <>
            <Text size="sm" c="dimmed">
              {[
                words.total(formatDollars(usage.total.costUsd), usage.total.requests),
                ...(usage.total.unpricedRequests > 0 ? [words.unpriced(usage.total.unpricedRequests)] : []),
              ].join(" ")}
            </Text>
            <Suspense fallback={<Skeleton height={CHART_HEIGHT} />}>
              <CostChart usage={usage} height={CHART_HEIGHT} />
            </Suspense>
          </>
        )}
      </Loaded>
    </Panel>
  );
}
