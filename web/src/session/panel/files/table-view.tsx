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
  const [header] = rows;
  if (header === undefined)
    return (
      <Text size="sm" c="dimmed">
        {text.panel.artifacts.emptyTable}
      </Text>
    );
  const width = Math.max(...rows.map(({ length }) => length));
  const bodyRows = rows.slice(1).map((cells, number) => ({ number, cells }));
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
            {bodyRows.map(({ number, cells }) => (
              <tr key={number}>
                {columns.map((column) => (
                  <td key={column} dir="auto">
                    {cells[column]}
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
