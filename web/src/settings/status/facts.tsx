import { Table } from "@mantine/core";
import cells from "../../components/cells.module.css";
import { Panel } from "../kit/section.tsx";

/** Panel with names and values. */
export function Facts({
  title,
  facts,
}: {
  readonly title: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
}) {
  return (
    <Panel title={title}>
      <Table aria-label={title} variant="vertical" layout="fixed">
        <Table.Tbody>
          {facts.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td className={cells.name}>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}
