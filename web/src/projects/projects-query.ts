import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import type { Project, ProjectBuild } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";
import type { ProjectsSearch } from "./projects-search.ts";

const REFRESH_MS = 10_000;
/** Interval while a build is pending or running. */
const ACTIVE_REFRESH_MS = 3_000;
const PAGE_SIZE = 50;
const MOST = 100;

export const isActive = ({ status }: Pick<ProjectBuild, "status">) =>
  status === "pending" || status === "running";

export const projectsQuery = ({ search }: ProjectsSearch) =>
  infiniteQueryOptions({
    queryKey: ["projects", "pages", { search }],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const { items, nextCursor } = await tembo.projects.list(
        {
          limit: PAGE_SIZE,
          ...(pageParam !== null && { cursor: pageParam }),
          ...(search !== undefined && { search }),
        },
        { signal },
      );
      return { items, nextCursor };
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: ({ state }) => refreshMs(state.data?.pages.flatMap(({ items }) => items) ?? []),
  });

export const projectQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["project", projectId],
    queryFn: ({ signal }) => tembo.projects.retrieve(projectId, { signal }),
    refetchInterval: ({ state }) => refreshMs(state.data === undefined ? [] : [state.data]),
  });

const refreshMs = (projects: readonly Project[]) =>
  projects.some(({ lastBuild }) => lastBuild !== null && isActive(lastBuild))
    ? ACTIVE_REFRESH_MS
    : REFRESH_MS;

/** Builds of a project, newest first. */
export const buildsQuery = (projectId: string) =>
  infiniteQueryOptions({
    queryKey: ["project", projectId, "builds"],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const cursor = pageParam === null ? {} : { cursor: pageParam };
      const { items, nextCursor } = await tembo.projects.builds.list(projectId, cursor, { signal });
      return { items, nextCursor };
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(isActive)) ? ACTIVE_REFRESH_MS : REFRESH_MS,
  });

/** A build without its log, which the page streams. */
export const buildQuery = (projectId: string, buildId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "build", buildId],
    queryFn: async ({ signal }): Promise<ProjectBuild> => {
      const { logs: _, ...build } = await tembo.projects.builds.retrieve(projectId, buildId, { signal });
      return build;
    },
    refetchInterval: ({ state }) =>
      state.data === undefined || isActive(state.data) ? ACTIVE_REFRESH_MS : false,
  });

export const schedulesQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "schedules"],
    queryFn: async ({ signal }) =>
      (await tembo.projects.schedules.list(projectId, { limit: MOST }, { signal })).items,
  });

export const variablesQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "variables"],
    queryFn: async ({ signal }) =>
      (await tembo.projects.environmentVariables.list(projectId, { signal })).items,
  });

/** Names and default branches of these repositories, including disabled ones. */
export const repositoriesOf = (ids: readonly string[]) =>
  queryOptions({
    queryKey: ["repositories", "of", ids],
    queryFn: async ({ signal }) =>
      (await tembo.repositories.list({ ids: [...ids], enabled: "all", limit: MOST }, { signal })).items,
    enabled: ids.length > 0,
    staleTime: 60_000,
  });

/** Invalidates a project's queries and the lists that show the project. */
export async function projectChanged(queryClient: QueryClient, projectId: string): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ["project", projectId] }),
    queryClient.invalidateQueries({ queryKey: ["projects"] }),
  ]);
}
