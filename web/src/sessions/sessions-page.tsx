import { Button, Center, Group, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Suspense, useCallback, useRef } from "react";
import { Failed } from "../components/failed.tsx";
import { lazyPart } from "../components/loading/lazy-part.ts";
import { Loading } from "../components/loading/loading.tsx";
import { text } from "../text/index.ts";
import { FilterBar } from "./filter-bar.tsx";
import { SessionRows } from "./session-rows.tsx";
import classes from "./sessions-page.module.css";
import { useKeys } from "./use-keys.ts";
import { useSessions } from "./use-sessions.ts";

const FirstSession = lazyPart(() =>
  import("../composer/first-session.tsx").then(({ FirstSession }) => ({ default: FirstSession })),
);

const KeysHelp = lazyPart(() => import("./keys-help.tsx").then((module) => ({ default: module.KeysHelp })));

export function SessionsPage() {
  const filters = useSearch({ from: "/inside/sessions" });
  const navigate = useNavigate({ from: "/sessions" });
  const { list, sessions, running } = useSessions(filters);
  const searchField = useRef<HTMLInputElement>(null);
  const [isHelpOpen, help] = useDisclosure(false);
  useKeys({
    "/": () => searchField.current?.focus(),
    c: () => void navigate({ to: "/sessions/new" }),
    "?": help.open,
  });
  const { hasNextPage, isFetchingNextPage, isPlaceholderData, fetchNextPage, isError } = list;
  const onNearEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isPlaceholderData && !isError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isPlaceholderData, isError, fetchNextPage]);
  const isFiltered = Object.keys(filters).length > 0;
  const isEmpty = list.isSuccess && !isPlaceholderData && sessions.length === 0;
  return (
    <>
      <Group component="header" className={classes.header} justify="space-between" wrap="nowrap">
        <Group gap="sm" align="baseline" wrap="nowrap">
          <Title order={1}>{text.sessions.title}</Title>
          <Text size="xs" c="dimmed" aria-live="polite" className={classes.running}>
            {running !== null && text.sessions.running(running)}
          </Text>
        </Group>
        <Button
          component={Link}
          to="/sessions/new"
          size="xs"
          leftSection={<IconPlus size={15} aria-hidden />}
        >
          {text.general.newSession}
        </Button>
      </Group>
      {!(isEmpty && !isFiltered) && (
        <FilterBar filters={filters} isWaiting={list.isPending} searchField={searchField} />
      )}
      {isError && <Failed error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Loading />}
      {isEmpty && isFiltered && (
        <Center p="xl">
          <Stack align="center">
            <Text role="status">{text.sessions.none}</Text>
            <Button variant="default" onClick={() => void navigate({ search: {} })}>
              {text.sessions.clear}
            </Button>
          </Stack>
        </Center>
      )}
      {isEmpty && !isFiltered && (
        <Suspense>
          <FirstSession />
        </Suspense>
      )}
      {sessions.length > 0 && <SessionRows sessions={sessions} onNearEnd={onNearEnd} />}
      {isFetchingNextPage && (
        <Text size="xs" c="dimmed" ta="center" p={4} role="status">
          {text.sessions.more}
        </Text>
      )}
      {isHelpOpen && (
        <Suspense>
          <KeysHelp onClose={help.close} />
        </Suspense>
      )}
    </>
  );
}
