import { SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Suspense } from "react";
import { Failed } from "../components/failed.tsx";
import { lazyPart } from "../components/loading/lazy-part.ts";
import { Loading } from "../components/loading/loading.tsx";
import { text } from "../text/index.ts";
import { Figures } from "./figures.tsx";
import classes from "./insights-page.module.css";
import { insightQuery, membersQuery, repositoriesQuery } from "./insights-query.ts";
import { ModelsTable } from "./models-table.tsx";
import { SharesTable } from "./shares-table.tsx";

const CHART_HEIGHT = 220;
const PullsChart = lazyPart(async () => ({ default: (await import("./pulls-chart.tsx")).PullsChart }));

const words = text.insights;

export function InsightsPage() {
  const query = useQuery(insightQuery);
  const data = query.data?.data ?? null;
  return (
    <>
      <header className={classes.header}>
        <Title order={1}>{words.title}</Title>
      </header>
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {query.isSuccess && (
        <Stack className={classes.page} gap="xl">
          {!query.data.enabled && <Text>{words.off}</Text>}
          {data !== null && <Figures summary={data.summary} />}
          {data !== null && (
            <>
              <Suspense fallback={<Skeleton height={CHART_HEIGHT} />}>
                <PullsChart months={data.timeSeries} height={CHART_HEIGHT} />
              </Suspense>
              <ModelsTable />
              <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="xl">
                <SharesTable words={words.repositories} options={repositoriesQuery} />
                <SharesTable words={words.members} options={membersQuery} />
              </SimpleGrid>
            </>
          )}
        </Stack>
      )}
    </>
  );
}
