import { Anchor, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { TimeAgo } from "../components/time-ago.tsx";
import { text } from "../text/index.ts";
import classes from "./insights-page.module.css";
import { usageQuery } from "./insights-query.ts";
import { dollars } from "./money.ts";

const MOST = 10;
const words = text.insights.cost;

export function CostlySessions() {
  // What goes wrong here is told by the chart of the same figures.
  const { data = [] } = useQuery(usageQuery);
  const costly = data
    .filter(({ totalCredits }) => totalCredits > 0)
    .sort((one, other) => other.totalCredits - one.totalCredits)
    .slice(0, MOST);
  return (
    <Stack gap="xs" component="section" aria-label={words.sessions}>
      <Title order={2}>{words.sessions}</Title>
      {costly.length === 0 ? (
        <Text size="sm" c="dimmed">
          {words.none}
        </Text>
      ) : (
        <Table aria-label={words.sessions}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.session}</Table.Th>
              <Table.Th>{words.began}</Table.Th>
              <Table.Th className={classes.number}>{words.cost}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {costly.map(({ id, title, createdAt, totalCredits }) => (
              <Table.Tr key={id}>
                <Table.Td className={classes.name} dir="auto">
                  <Anchor
                    size="sm"
                    renderRoot={(props) => (
                      <Link to="/sessions/$sessionId" params={{ sessionId: id }} {...props} />
                    )}
                  >
                    {title}
                  </Anchor>
                </Table.Td>
                <Table.Td>
                  <TimeAgo at={createdAt} />
                </Table.Td>
                <Table.Td className={classes.number}>{dollars(totalCredits)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  );
}
