import { Button, Center, Group, Stack, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Suspense, useCallback, useRef } from "react";
import { usePerson } from "../api/who.ts";
import { Failed } from "../components/failed.tsx";
import { lazyPart } from "../components/loading/lazy-part.ts";
import { Loading } from "../components/loading/loading.tsx";
import { useSettled } from "../components/use-settled.ts";
import { readSetupState } from "../setup/setup-state.ts";

import { useKeys } from "../shell/use-keys.ts";
import { text } from "../text/index.ts";
import { BoardSwitch } from "./board/board-switch.tsx";
import { useLayout } from "./board/use-layout.ts";
import { FilterBar } from "./filter-bar.tsx";
import { SessionRows } from "./session-rows.tsx";
import classes from "./sessions-page.module.css";
import { anyQuery } from "./sessions-query.ts";
import { withFilters } from "./sessions-search.ts";
import { useSessions } from "./use-sessions.ts";

const FirstSession = lazyPart(() =>
  import("../composer/first-session.tsx").then(({ FirstSession }) => ({ default: FirstSession })),
);

const SetupPanel = lazyPart(() =>
  import("../setup/setup-panel.tsx").then(({ SetupPanel }) => ({ default: SetupPanel })),
);

const SessionBoard = lazyPart(() =>
  import("./board/session-board.tsx").then((module) => ({ default: module.SessionBoard })),
);

const ViewsMenu = lazyPart(() =>
  import("./views/views-menu.tsx").then((module) => ({ default: module.ViewsMenu })),
);

export function SessionsPage() {
  const isSettled = useSettled();
  const { organizationId } = usePerson();
  const { layout: _, ...filters } = useSearch({ from: "/inside/sessions" });
  const layout = useLayout();
  const navigate = useNavigate({ from: "/sessions" });
  const { list, groups, lines, isPending, failed, running } = useSessions(filters);
  const searchField = useRef<HTMLInputElement>(null);
  useKeys({ "/": () => searchField.current?.focus() });
  const { hasNextPage, isFetchingNextPage, isPlaceholderData, fetchNextPage, isError } = list;
  const onNearEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isPlaceholderData && !isError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isPlaceholderData, isError, fetchNextPage]);
  const isFiltered = Object.keys(filters).length > 0;
  const isEmpty = !isPending && failed === null && !isPlaceholderData && lines.length === 0;
  const isNew = isEmpty && !isFiltered;
  const any = useQuery({ ...anyQuery, enabled: isNew });
  const hasArchived = (any.data?.items.length ?? 0) > 0;
  return (
    <>
      <Group component="header" className={classes.header} justify="space-between" wrap="nowrap">
        <Group gap="sm" align="baseline" wrap="nowrap" miw={0}>
          <Title order={1}>{text.sessions.title}</Title>
          <Text size="xs" c="dimmed" aria-live="polite" className={classes.running}>
            {running !== null && text.sessions.running(running)}
          </Text>
        </Group>
        <Group gap="xs" wrap="nowrap" flex="none">
          <BoardSwitch {...layout} />
          <Suspense>{isSettled && <ViewsMenu filters={filters} />}</Suspense>
          <Button
            component={Link}
            to="/sessions/new"
            size="xs"
            leftSection={<IconPlus size={15} aria-hidden />}
          >
            {text.general.newSession}
          </Button>
        </Group>
      </Group>
      {(!isNew || hasArchived) && (
        <FilterBar filters={filters} isWaiting={isPending} searchField={searchField} />
      )}
      {failed !== null && <Failed error={failed.error} onRetry={() => void failed.refetch()} />}
      {isPending && failed === null && <Loading />}
      {isEmpty && isFiltered && (
        <Center p="xl">
          <Stack align="center">
            <Text role="status">{text.sessions.none}</Text>
            <Button variant="default" onClick={() => void navigate({ search: withFilters({}) })}>
              {text.sessions.clear}
            </Button>
          </Stack>
        </Center>
      )}
      {isNew && hasArchived && (
        <Center p="xl">
          <Stack align="center">
            <Text role="status">{text.sessions.allArchived}</Text>
            <Button
              variant="default"
              onClick={() => void navigate({ search: withFilters({ state: "archived" }) })}
            >
              {text.sessions.showArchived}
            </Button>
          </Stack>
        </Center>
      )}
      {isNew && any.isSuccess && !hasArchived && (
        <Suspense>
          <FirstSession />
        </Suspense>
      )}
      {lines.length > 0 && readSetupState(organizationId) === "open" && (
        <Suspense>
          <div className={classes.setup}>
            <SetupPanel />
          </div>
        </Suspense>
      )}
      {!isPending && lines.length > 0 && !layout.isBoard && (
        <SessionRows lines={lines} onNearEnd={onNearEnd} />
      )}
      {!isPending && lines.length > 0 && layout.isBoard && (
        <Suspense fallback={<Loading />}>
          <SessionBoard groups={groups} more={list} isFiltered={isFiltered} />
        </Suspense>
      )}
      {isFetchingNextPage && !layout.isBoard && (
        <Text size="xs" c="dimmed" ta="center" p={4} role="status">
          {text.sessions.more}
        </Text>
      )}
    </>
  );
}
