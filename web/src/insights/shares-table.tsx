import { Loader, Stack, Table, Text, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import cells from "../components/cells.module.css";
import { Failed } from "../components/failed.tsx";
import { MoreButton } from "../components/more-button.tsx";
import { formatCount, formatPercent } from "../format/numbers.ts";
import { text } from "../text/index.ts";
import type { membersQuery, repositoriesQuery } from "./insights-query.ts";

const { columns } = text.insights;

/** Table of pull request counts by member or repository, in descending order. */
export function SharesTable({
  words,
  options,
}: {
  readonly words: { readonly title: string; readonly name: string; readonly none: string };
  readonly options: typeof membersQuery | typeof repositoriesQuery;
}) {
  const query = useInfiniteQuery(options as typeof membersQuery);
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
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
        <Table aria-label={words.title}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.name}</Table.Th>
              <Table.Th className={cells.number}>{columns.created}</Table.Th>
              <Table.Th className={cells.number}>{columns.merged}</Table.Th>
              <Table.Th className={cells.number}>{columns.contribution}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map(({ id, name, prsCreated, prsMerged, temboContribution }) => (
              <Table.Tr key={id}>
                <Table.Td className={cells.name} dir="auto">
                  {name}
                </Table.Td>
                <Table.Td className={cells.number}>{formatCount(prsCreated)}</Table.Td>
                <Table.Td className={cells.number}>{formatCount(prsMerged)}</Table.Td>
                <Table.Td className={cells.number}>{formatPercent(temboContribution)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <MoreButton query={query} size="xs" />
    </Stack>
  );
}
