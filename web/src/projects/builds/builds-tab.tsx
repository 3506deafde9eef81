import { Stack, Table, Text, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { Project, ProjectBuild } from "@tembo-io/sdk";
import { Failed } from "../../components/failed.tsx";
import { Loading } from "../../components/loading/loading.tsx";
import { MoreButton } from "../../components/more-button.tsx";
import { TextLink } from "../../components/text-link.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { formatDateTime } from "../../format/dates.ts";
import { formatDuration } from "../../format/duration.ts";
import { projectsText } from "../../text/projects/index.ts";
import { buildsQuery } from "../projects-query.ts";
import { Schedules } from "../schedules/schedules.tsx";
import { BuildDetail } from "./build-detail.tsx";
import { BuildMark } from "./build-mark.tsx";
import classes from "./builds.module.css";

const words = projectsText.builds;

/** The project's builds and build schedules, or the log of one build. */
export function BuildsTab({
  project,
  buildId,
}: {
  readonly project: Project;
  readonly buildId: string | undefined;
}) {
  if (buildId !== undefined) return <BuildDetail key={buildId} projectId={project.id} buildId={buildId} />;
  return (
    <Stack gap="xl">
      <Builds projectId={project.id} />
      <Schedules projectId={project.id} />
    </Stack>
  );
}

function Builds({ projectId }: { readonly projectId: string }) {
  const query = useInfiniteQuery(buildsQuery(projectId));
  if (query.isLoadingError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return <Loading />;
  const builds = query.data.pages.flatMap((page) => page.items);
  return (
    <Stack gap="sm" component="section" aria-label={words.title}>
      <Title order={2}>{words.title}</Title>
      {builds.length === 0 ? (
        <Text size="sm" c="dimmed">
          {words.none}
        </Text>
      ) : (
        <Table aria-label={words.list} verticalSpacing="xs" className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.columns.state}</Table.Th>
              <Table.Th>{words.columns.requested}</Table.Th>
              <Table.Th className={classes.wide}>{words.columns.trigger}</Table.Th>
              <Table.Th>{words.columns.took}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {builds.map((build) => (
              <BuildRow key={build.id} build={build} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      <MoreButton query={query} className={classes.more} />
    </Stack>
  );
}

function BuildRow({ build }: { readonly build: ProjectBuild }) {
  const { id, projectId, status, failure, progress, trigger, createdAt, durationMs } = build;
  const note = failure ?? (status === "running" ? (progress?.message ?? progress?.phase ?? null) : null);
  return (
    <Table.Tr>
      <Table.Td>
        <span className={classes.state}>
          <BuildMark status={status} />
          <TextLink
            to="/projects/$projectId"
            params={{ projectId }}
            search={{ tab: "builds", build: id }}
            size="sm"
            aria-label={words.logOf(words.state[status], formatDateTime(new Date(createdAt)))}
          >
            {words.state[status]}
          </TextLink>
        </span>
        {note !== null && (
          <Text size="xs" c="dimmed" dir="auto" className={classes.note} lineClamp={2}>
            {note}
          </Text>
        )}
      </Table.Td>
      <Table.Td className={classes.short}>
        <TimeAgo at={createdAt} />
      </Table.Td>
      <Table.Td className={`${classes.short} ${classes.wide}`}>{words.trigger[trigger]}</Table.Td>
      <Table.Td className={classes.short}>{durationMs === null ? "" : formatDuration(durationMs)}</Table.Td>
    </Table.Tr>
  );
}
