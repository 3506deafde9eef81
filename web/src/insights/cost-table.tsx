import { Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Failed } from "../components/failed.tsx";
import { text } from "../text/index.ts";
import classes from "./insights-page.module.css";
import { type Grouping, groupsQuery } from "./insights-query.ts";
import { dollars } from "./money.ts";

const { groups: words, cost } = text.insights;

/** What models cost for each harness, person or repository, costliest first, with bars against the costliest. */
export function CostTable({ groupBy }: { readonly groupBy: Grouping }) {
  const query = useQuery(groupsQuery(groupBy));
  const { title, name, without } = words[groupBy];
  const groups = query.data?.groups ?? [];
  const most = Math.max(...groups.map(({ costUsd }) => costUsd), 0);
  const unpriced = query.data?.total.unpricedRequests ?? 0;
  return (
    <Stack gap="xs" component="section" aria-label={title} miw={0}>
      <Title order={2}>{title}</Title>
      {query.isLoadingError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton height={120} />}
      {query.isSuccess && groups.length === 0 && (
        <Text size="sm" c="dimmed">
          {cost.none}
        </Text>
      )}
      {groups.length > 0 && (
        <Table aria-label={title}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{name}</Table.Th>
              <Table.Th className={classes.number}>{words.sessions}</Table.Th>
              <Table.Th className={classes.number}>{cost.cost}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {groups.map((group) => (
              <Table.Tr key={group.id ?? ""}>
                <Table.Td className={classes.name} dir="auto">
                  {group.id === null ? without : (group.name ?? group.id)}
                  <div className={classes.track} aria-hidden>
                    <div
                      className={classes.bar}
                      style={{ width: `${most === 0 ? 0 : (group.costUsd / most) * 100}%` }}
                    />
                  </div>
                </Table.Td>
                <Table.Td className={classes.number}>{group.sessions}</Table.Td>
                <Table.Td className={classes.number}>{dollars(group.costUsd)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {unpriced > 0 && (
        <Text size="xs" c="dimmed">
          {words.unpriced(unpriced)}
        </Text>
      )}
    </Stack>
  );
}
