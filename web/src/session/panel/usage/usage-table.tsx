import { Table } from "@mantine/core";
import { formatDuration } from "../../../format/duration.ts";
import { formatCount, formatMicroDollars } from "../../../format/numbers.ts";
import { text } from "../../../text/index.ts";
import type { TurnUsage, totalOf } from "./turns.ts";
import classes from "./usage-panel.module.css";

type Total = ReturnType<typeof totalOf>;

interface UsageTableProps {
  readonly turns: readonly TurnUsage[];
  readonly total: Total;
}

export function UsageTable({ turns, total }: UsageTableProps) {
  const { turn, input, cached, cacheWrite, output, cost, time } = text.panel.usage;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable element must be reachable with the keyboard
    <section className={classes.table} tabIndex={0} aria-label={text.panel.usage.perTurn}>
      <Table tabularNums horizontalSpacing="xs" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            {[turn, input, cached, cacheWrite, output, cost, time].map((name) => (
              <Table.Th key={name} scope="col">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {turns.map((each) => (
            <Table.Tr key={each.number}>
              <Table.Th scope="row">{each.number}</Table.Th>
              <Counts of={each} />
              <Table.Td>
                {each.endedAt === null
                  ? text.panel.usage.running
                  : formatDuration(Date.parse(each.endedAt) - Date.parse(each.startedAt))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row">{text.panel.usage.total}</Table.Th>
            <Counts of={total} />
            <Table.Td />
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </section>
  );
}

function Counts({ of }: { readonly of: Total }) {
  return (
    <>
      <Table.Td>{formatCount(of.inputTokens)}</Table.Td>
      <Table.Td>{formatCount(of.cachedInputTokens)}</Table.Td>
      <Table.Td>{formatCount(of.cacheWriteTokens)}</Table.Td>
      <Table.Td>{formatCount(of.outputTokens)}</Table.Td>
      <Table.Td>{formatMicroDollars(of.costMicroUsd)}</Table.Td>
    </>
  );
}
