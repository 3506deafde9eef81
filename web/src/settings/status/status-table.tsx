import { Table, Text } from "@mantine/core";
import type { ReactNode } from "react";
import cells from "../../components/cells.module.css";
import { ScrollRegion } from "../../components/scroll-region.tsx";
import { Panel } from "../kit/section.tsx";
import classes from "./status-table.module.css";

export interface Column<Item> {
  readonly name: string;
  readonly isNumber?: true;
  readonly cell: (item: Item) => ReactNode;
}

/** Panel with a table, which scrolls sideways on a narrow screen. */
export function StatusTable<Item>({
  title,
  empty,
  items,
  columns,
  keyOf,
}: {
  readonly title: string;
  readonly empty: string;
  readonly items: readonly Item[];
  readonly columns: readonly Column<Item>[];
  readonly keyOf: (item: Item) => string;
}) {
  const classOf = ({ isNumber }: Column<Item>) => (isNumber === true ? cells.number : undefined);
  return (
    <Panel title={title}>
      {items.length === 0 ? (
        <Text size="sm" c="dimmed">
          {empty}
        </Text>
      ) : (
        <ScrollRegion label={title} className={classes.region}>
          <Table aria-label={title}>
            <Table.Thead>
              <Table.Tr>
                {columns.map((column) => (
                  <Table.Th key={column.name} className={classOf(column)}>
                    {column.name}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((item) => (
                <Table.Tr key={keyOf(item)}>
                  {columns.map((column) => (
                    <Table.Td key={column.name} className={classOf(column)} dir="auto">
                      {column.cell(item)}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollRegion>
      )}
    </Panel>
  );
}
