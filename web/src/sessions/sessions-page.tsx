import { Button, Center, Group, Loader, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import { Failed } from "../components/failed.tsx";
import { text } from "../text/index.ts";
import { ROW_HEIGHT, SessionRow } from "./session-row.tsx";
import classes from "./sessions-page.module.css";
import { sessionsQuery } from "./sessions-query.ts";

const SEARCH_PAUSE_MS = 250;

export function SessionsPage() {
  const filters = useSearch({ from: "/inside/sessions" });
  const navigate = useNavigate({ from: "/sessions" });
  const [typed, setTyped] = useState(filters.search ?? "");
  const query = useInfiniteQuery(sessionsQuery(filters));
  const sessions = query.data?.pages.flatMap((page) => page.items) ?? [];
  const viewport = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: sessions.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const visible = rows.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (last >= sessions.length - 20 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [last, sessions.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  useEffect(() => {
    if (typed === (filters.search ?? "")) return;
    const timer = setTimeout(
      () => void navigate({ search: (old) => ({ ...old, search: typed || undefined }), replace: true }),
      SEARCH_PAUSE_MS,
    );
    return () => clearTimeout(timer);
  }, [typed, filters.search, navigate]);

  return (
    <>
      <Group component="header" className={classes.header} justify="space-between">
        <Title order={1}>{text.sessions.title}</Title>
        <TextInput
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          placeholder={text.sessions.searchHint}
          aria-label={text.sessions.search}
          leftSection={<IconSearch size={15} aria-hidden />}
          type="search"
        />
      </Group>
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && (
        <Center p="xl">
          <Loader aria-label={text.general.loading} />
        </Center>
      )}
      {query.isSuccess && sessions.length === 0 && (
        <Center p="xl">
          <Stack align="center">
            <Text>{text.sessions.none}</Text>
            <Button variant="default" onClick={() => void navigate({ search: {} })}>
              {text.sessions.clear}
            </Button>
          </Stack>
        </Center>
      )}
      <div ref={viewport} className={classes.viewport}>
        <ul className={classes.rows} style={{ height: rows.getTotalSize() }} aria-label={text.sessions.list}>
          {visible.map(({ index, start }) => (
            <li
              key={sessions[index]!.id}
              className={classes.item}
              style={{ transform: `translateY(${start}px)` }}
            >
              <SessionRow session={sessions[index]!} isCurrent={false} />
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
