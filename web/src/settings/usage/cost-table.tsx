import { Button, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { harnessName, modelName, type Usage } from "@tembo-io/sdk";
import { repositoryChoices, runtimesQuery } from "../../api/choices.ts";
import cells from "../../components/cells.module.css";
import { download } from "../../components/download.ts";
import { TextLink } from "../../components/text-link.tsx";
import { toCsv } from "../../format/csv.ts";
import { formatCount, formatDollars } from "../../format/numbers.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Loaded } from "../kit/loaded.tsx";
import { Panel } from "../kit/section.tsx";
import classes from "./cost-table.module.css";
import { type Grouping, usageQuery } from "./usage-query.ts";

const { groups: words, ...shared } = settingsText.usage;
const MOST = 20;

type TableGrouping = Exclude<Grouping, "day">;

/** Model cost by person, repository or other group, in descending order, with bars relative to the highest cost. */
export function CostTable({ groupBy, days }: { readonly groupBy: TableGrouping; readonly days: number }) {
  const query = useQuery(usageQuery(groupBy, days));
  const { title, name } = words[groupBy];
  const countsSessions = groupBy !== "session";
  const nameOf = useGroupName(groupBy);
  return (
    <Panel
      title={title}
      action={
        <Button
          variant="subtle"
          size="compact-sm"
          aria-label={shared.exportOf(title)}
          disabled={(query.data?.groups.length ?? 0) === 0}
          onClick={() => {
            const rows = query.data!.groups.map((group) => [
              nameOf(group),
              group.sessions,
              group.requests,
              group.inputTokens,
              group.outputTokens,
              group.costUsd,
            ]);
            download(`usage-by-${groupBy}.csv`, "text/csv", [toCsv([name, ...shared.csvColumns], rows)]);
          }}
        >
          {shared.export}
        </Button>
      }
    >
      <Loaded query={query}>
        {({ groups }) =>
          groups.length === 0 ? (
            <Text size="sm" c="dimmed">
              {shared.none}
            </Text>
          ) : (
            <Table aria-label={title}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{name}</Table.Th>
                  {countsSessions && <Table.Th className={cells.number}>{shared.sessions}</Table.Th>}
                  <Table.Th className={cells.number}>{shared.cost}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {groups.slice(0, MOST).map((group) => (
                  <Table.Tr key={group.id ?? ""}>
                    <Table.Td className={cells.name} dir="auto">
                      <GroupName group={group} groupBy={groupBy} name={nameOf(group)} />
                      <div className={classes.track} aria-hidden>
                        <div className={classes.bar} style={{ width: barWidth(group, groups[0]!) }} />
                      </div>
                    </Table.Td>
                    {countsSessions && (
                      <Table.Td className={cells.number}>{formatCount(group.sessions)}</Table.Td>
                    )}
                    <Table.Td className={cells.number}>{formatDollars(group.costUsd)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Loaded>
    </Panel>
  );
}

type Group = Usage["groups"][number];

const barWidth = ({ costUsd }: Group, most: Group) =>
  `${most.costUsd === 0 ? 0 : (costUsd / most.costUsd) * 100}%`;

function GroupName({
  group: { id, name: given },
  groupBy,
  name,
}: {
  readonly group: Group;
  readonly groupBy: TableGrouping;
  readonly name: string;
}) {
  if (id === null || given === null) return name;
  if (groupBy === "session")
    return (
      <TextLink size="sm" to="/sessions/$sessionId" params={{ sessionId: id }}>
        {name}
      </TextLink>
    );
  if (groupBy === "pullRequest")
    return (
      <TextLink size="sm" to="/review/$pullRequestId" params={{ pullRequestId: id }}>
        {name}
      </TextLink>
    );
  return name;
}

/** Returns a function that names a group. */
function useGroupName(groupBy: TableGrouping): (group: Group) => string {
  const { without, unnamed } = words[groupBy];
  const nameOf = useNames(groupBy);
  return ({ id, name }) => {
    if (id === null) return without;
    return nameOf(id) ?? name ?? (isUuid(id) ? unnamed : id);
  };
}

/**
 * Returns a function that maps a harness, model or repository ID to its name. The function returns null for an unknown
 * repository and for other groups, whose names the API returns.
 */
function useNames(groupBy: TableGrouping): (id: string) => string | null {
  const { data: runtimes = [], isPending } = useQuery(runtimesQuery);
  const { data: repositories = [] } = useQuery(repositoryChoices);
  switch (groupBy) {
    case "harness":
      return (id) => (isPending ? "" : harnessName(id, runtimes));
    case "model":
      return (id) => (isPending ? "" : modelName(id, runtimes));
    case "repository":
      return (id) => repositories.find(({ value }) => value === id)?.label ?? null;
    default:
      return () => null;
  }
}

const isUuid = (id: string) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
