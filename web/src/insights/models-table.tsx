import { Loader, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { agentName } from "@tembo-io/sdk";
import { runtimesQuery } from "../api/choices.ts";
import cells from "../components/cells.module.css";
import { Failed } from "../components/failed.tsx";
import { formatDuration } from "../format/duration.ts";
import { formatCount, formatDollars, formatPercent } from "../format/numbers.ts";
import { text } from "../text/index.ts";
import { modelResultsQuery } from "./insights-query.ts";

const words = text.insights.models;

/** Table of the results of each harness and model. */
export function ModelsTable() {
  const query = useQuery(modelResultsQuery);
  const { data: runtimes = [] } = useQuery(runtimesQuery);
  const items = query.data ?? [];
  return (
    <Stack gap="xs" component="section" aria-label={words.title} miw={0}>
      <Title order={2}>{words.title}</Title>
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Loader aria-label={text.general.loading} />}
      {query.isSuccess && items.length === 0 && (
        <Text size="sm" c="dimmed">
          {words.none}
        </Text>
      )}
      {items.length > 0 && (
        <Table.ScrollContainer minWidth={640}>
          <Table aria-label={words.title}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{words.name}</Table.Th>
                {words.columns.map((column) => (
                  <Table.Th key={column} className={cells.number}>
                    {column}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((result) => (
                <Table.Tr key={`${result.harness}:${result.model}`}>
                  <Table.Td className={cells.name}>
                    {agentName(`${result.harness}:${result.model}`, { runtimes, providers: [] })}
                  </Table.Td>
                  <Table.Td className={cells.number}>{formatCount(result.turns)}</Table.Td>
                  <Table.Td className={cells.number}>
                    {result.turns === 0 ? words.unknown : formatPercent(result.successRate)}
                  </Table.Td>
                  <Table.Td className={cells.number}>{duration(result.medianWaitMs)}</Table.Td>
                  <Table.Td className={cells.number}>{duration(result.medianTurnMs)}</Table.Td>
                  <Table.Td className={cells.number}>{formatCount(result.prsMerged)}</Table.Td>
                  <Table.Td className={cells.number}>{duration(result.medianMergeMs)}</Table.Td>
                  <Table.Td className={cells.number}>
                    {result.costPerMergedUsd === null
                      ? words.unknown
                      : formatDollars(result.costPerMergedUsd)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}

const duration = (ms: number | null) => (ms === null ? words.unknown : formatDuration(ms));
