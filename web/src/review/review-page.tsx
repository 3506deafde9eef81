import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useRef } from "react";
import { Failed } from "../components/failed.tsx";
import { Loading } from "../components/loading/loading.tsx";
import { MoreButton } from "../components/more-button.tsx";
import { text } from "../text/index.ts";
import { NamesHint } from "./names-hint.tsx";
import { ReviewFilters } from "./review-filters.tsx";
import type { Group } from "./review-groups.ts";
import classes from "./review-page.module.css";
import { inboxQuery, RECENT_DAYS } from "./review-query.ts";
import { ReviewRow } from "./review-row.tsx";
import type { ReviewSearch } from "./review-search.ts";
import { useRowKeys } from "./use-row-keys.ts";

/** Inbox of pull requests from all forges, grouped by the next required action. */
export function ReviewPage() {
  const filters = useSearch({ from: "/inside/review" });
  const navigate = useNavigate({ from: "/review" });
  const list = useRef<HTMLDivElement>(null);
  useRowKeys(list);
  const inbox = [
    useGroup("returned"),
    useGroup("needsReview"),
    useGroup("approved"),
    useGroup("open"),
    useGroup("draft"),
    useGroup("merged"),
    useGroup("closed"),
  ];
  const asked = inbox.filter(({ query }) => query.isEnabled);
  const failed = asked.find(({ query }) => query.isError)?.query;
  const isPending = asked.some(({ query }) => query.isPending);
  const isFiltered = Object.keys(filters).length > 0;
  const shown = isPending ? [] : asked.filter(({ items }) => items.length > 0);

  return (
    <>
      <header className={classes.header}>
        <Title order={1}>{text.review.title}</Title>
        <ReviewFilters
          filters={filters}
          onChange={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })}
        />
      </header>
      <div ref={list} className={classes.list} aria-busy={isPending}>
        {failed !== undefined && <Failed error={failed.error} onRetry={() => void failed.refetch()} />}
        {isPending && <Loading />}
        <NamesHint />
        {shown.map(({ group, query, items }) => (
          <section key={group} aria-labelledby={`group-${group}`}>
            <Title order={2} id={`group-${group}`} className={classes.group}>
              {text.review.group[group]}{" "}
              <span className={classes.count}>{text.review.count(items.length, query.hasNextPage)}</span>
            </Title>
            <ul className={classes.rows}>
              {items.map((pullRequest) => (
                <ReviewRow key={pullRequest.id} pullRequest={pullRequest} />
              ))}
            </ul>
            {query.hasNextPage && (
              <Center p="md">
                <MoreButton query={query} />
              </Center>
            )}
          </section>
        ))}
        {!isPending && failed === undefined && shown.length === 0 && (
          <Center p="xl">
            {isFiltered ? (
              <NoMatch filters={filters} onClear={() => void navigate({ search: {} })} />
            ) : (
              <Empty />
            )}
          </Center>
        )}
      </div>
    </>
  );
}

function useGroup(group: Group) {
  const { state, search, repository } = useSearch({ from: "/inside/review" });
  const query = useInfiniteQuery({
    ...inboxQuery(group, { search, repository }),
    enabled: state === undefined || state === group,
  });
  return { group, query, items: query.data?.pages.flatMap((page) => page.items) ?? [] };
}

function NoMatch({
  filters: { state, search, repository },
  onClear,
}: {
  readonly filters: ReviewSearch;
  readonly onClear: () => void;
}) {
  const isOfGroup = state !== undefined && search === undefined && repository === undefined;
  return (
    <Stack align="center" maw={420} ta="center">
      <Text>{isOfGroup ? text.review.noneOf(RECENT_DAYS)[state] : text.review.none}</Text>
      <Button variant="default" onClick={onClear}>
        {text.review.clear}
      </Button>
    </Stack>
  );
}

function Empty() {
  return (
    <Stack align="center" maw={420} ta="center" pt="xl">
      <Title order={2}>{text.review.empty.title}</Title>
      <Text c="dimmed">{text.review.empty.body}</Text>
      <Button component={Link} to="/sessions" variant="default">
        {text.review.empty.action}
      </Button>
    </Stack>
  );
}
