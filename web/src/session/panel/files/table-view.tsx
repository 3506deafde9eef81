import { Text } from "@mantine/core";
import { useMemo } from "react";
import { ScrollRegion } from "../../../components/scroll-region.tsx";
import { text } from "../../../text/index.ts";
import classes from "./files-panel.module.css";
import { parseCsv } from "./parse-csv.ts";

const LIMITS = { rows: 200, columns: 30, cell: 500 } as const;

/** Shows CSV as a table with a header row. Cells are text. */
export function TableView({ children }: { readonly children: string }) {
  const { rows, isCut } = useMemo(() => parseCsv(children, LIMITS), [children]);
  const [header, ...rest] = rows;
  if (header === undefined)
    return (
      <Text size="sm" c="dimmed">
        {text.panel.artifacts.emptyTable}
      </Text>
    );
  const width = Math.max(...rows.map(({ length }) => length));
  const columns = Array.from({ length: width }, (_, column) => column);
  return (
    <>
      <ScrollRegion className={classes.table} label={text.general.table}>
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col" dir="auto">
                  {header[column]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rest.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no IDs, and their order does not change
              <tr key={index}>
                {columns.map((column) => (
                  <td key={column} dir="auto">
                    {row[column]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {isCut && (
        <Text size="xs" c="dimmed">
          {text.panel.artifacts.cutTable(LIMITS.rows, LIMITS.columns)}
        </Text>
      )}
    </>
  );
}
