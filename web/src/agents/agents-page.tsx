import { Button, Center, Group, Stack, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { Failed } from "../components/failed.tsx";
import classes from "../components/list-page.module.css";
import { Loading } from "../components/loading/loading.tsx";
import { MoreButton } from "../components/more-button.tsx";
import { SearchBox } from "../components/search-box.tsx";
import { text } from "../text/index.ts";
import { agentsQuery } from "./agents-query.ts";
import { AgentRow } from "./list/agent-row.tsx";
import { StatusFilter } from "./list/status-filter.tsx";

export function AgentsPage() {
  const filters = useSearch({ from: "/inside/agents" });
  const navigate = useNavigate({ from: "/agents" });
  const find = useCallback(
    (search: string) =>
      void navigate({
        search: ({ search: _, ...rest }) => ({ ...rest, ...(search !== "" && { search }) }),
        replace: true,
      }),
    [navigate],
  );
  const query = useInfiniteQuery(agentsQuery(filters));
  const agents = query.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = filters.search !== undefined || filters.status !== undefined;
  return (
    <>
      <Group component="header" className={classes.header} justify="space-between" gap="sm">
        <Title order={1}>{text.agents.title}</Title>
        <Group gap="sm" className={classes.tools}>
          <SearchBox
            search={filters.search ?? ""}
            label={text.agents.search}
            maxLength={200}
            onSearch={find}
          />
          <StatusFilter status={filters.status} />
          <Button
            renderRoot={(props) => <Link to="/agents/new" {...props} />}
            leftSection={<IconPlus size={16} aria-hidden />}
          >
            {text.agents.create}
          </Button>
        </Group>
      </Group>
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {query.isSuccess && agents.length === 0 && <NoAgents isFiltered={isFiltered} />}
      {agents.length > 0 && (
        <div className={classes.viewport}>
          <ul className={classes.rows} aria-label={text.agents.list}>
            {agents.map((agent) => (
              <AgentRow key={agent.id} agent={agent} />
            ))}
          </ul>
          {query.hasNextPage && (
            <Center p="md">
              <MoreButton query={query} />
            </Center>
          )}
        </div>
      )}
    </>
  );
}

function NoAgents({ isFiltered }: { readonly isFiltered: boolean }) {
  return (
    <Center p="xl">
      <Stack align="center" maw={460} ta="center">
        <Text fw={600}>{isFiltered ? text.agents.none : text.agents.empty}</Text>
        {!isFiltered && <Text c="dimmed">{text.agents.what}</Text>}
        {isFiltered ? (
          <Button variant="default" renderRoot={(props) => <Link to="/agents" search={{}} {...props} />}>
            {text.agents.clear}
          </Button>
        ) : (
          <Button renderRoot={(props) => <Link to="/agents/new" {...props} />}>{text.agents.create}</Button>
        )}
      </Stack>
    </Center>
  );
}
