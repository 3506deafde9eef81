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
import { useIsAdmin } from "../settings/kit/section.tsx";
import { projectsText } from "../text/projects/index.ts";
import { ProjectRow } from "./list/project-row.tsx";
import { projectsQuery } from "./projects-query.ts";

const words = projectsText;

export function ProjectsPage() {
  const filters = useSearch({ from: "/inside/projects" });
  const navigate = useNavigate({ from: "/projects" });
  const find = useCallback(
    (search: string) => void navigate({ search: search === "" ? {} : { search }, replace: true }),
    [navigate],
  );
  const query = useInfiniteQuery(projectsQuery(filters));
  const projects = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Group component="header" className={classes.header} justify="space-between" gap="sm">
        <Title order={1}>{words.title}</Title>
        <Group gap="sm" className={classes.tools}>
          <SearchBox search={filters.search ?? ""} label={words.search} maxLength={120} onSearch={find} />
          <NewProject />
        </Group>
      </Group>
      {query.isLoadingError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {query.isSuccess && projects.length === 0 && <NoProjects isFiltered={filters.search !== undefined} />}
      {projects.length > 0 && (
        <div className={classes.viewport}>
          <ul className={classes.rows} aria-label={words.list}>
            {projects.map((project) => (
              <ProjectRow key={project.id} project={project} />
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

function NewProject() {
  if (!useIsAdmin()) return null;
  return (
    <Button
      renderRoot={(props) => <Link to="/projects/new" {...props} />}
      leftSection={<IconPlus size={16} aria-hidden />}
    >
      {words.create}
    </Button>
  );
}

function NoProjects({ isFiltered }: { readonly isFiltered: boolean }) {
  const isAdmin = useIsAdmin();
  return (
    <Center p="xl">
      <Stack align="center" maw={460} ta="center">
        <Text fw={600}>{isFiltered ? words.none : words.empty}</Text>
        {!isFiltered && <Text c="dimmed">{words.what}</Text>}
        {isFiltered ? (
          <Button variant="default" renderRoot={(props) => <Link to="/projects" search={{}} {...props} />}>
            {words.clear}
          </Button>
        ) : isAdmin ? (
          <NewProject />
        ) : (
          <Text c="dimmed">{words.askAdmin}</Text>
        )}
      </Stack>
    </Center>
  );
}
