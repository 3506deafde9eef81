import { Button, Center, Loader, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useRef } from "react";
import { Failed } from "../components/failed.tsx";
import { text } from "../text/index.ts";
import { ReviewFilters } from "./review-filters.tsx";
import { type Group, inGroups } from "./review-groups.ts";
import classes from "./review-page.module.css";
import { pullRequestsQuery, type Status } from "./review-query.ts";
import { ReviewRow } from "./review-row.tsx";
import { useRowKeys } from "./use-row-keys.ts";

/** Pull requests of all forges, by what they wait for. */
export function ReviewPage() {
  const filters = useSearch({ from: "/inside/review" });
  const navigate = useNavigate({ from: "/review" });
  const list = useRef<HTMLDivElement>(null);
  useRowKeys(list);
  const wanted = filters.state === undefined ? null : statusOf(filters.state);
  const open = usePullRequests("open", wanted);
  const merged = usePullRequests("merged", wanted);
  const closed = usePullRequests("closed", wanted);
  const asked = [open, merged, closed].filter(({ query }) => query.isEnabled);
  const failed = asked.find(({ query }) => query.isError)?.query;
  const isPending = asked.some(({ query }) => query.isPending);
  const shown = inGroups(
    asked.flatMap(({ items }) => items),
    filters.state,
  );
  const more = asked.find(({ query }) => query.hasNextPage)?.query;
  const isFiltered = Object.keys(filters).length > 0;

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
        {isPending && (
          <Center p="xl">
            <Loader aria-label={text.general.loading} />
          </Center>
        )}
        {shown.map(({ group, items }) => (
          <section key={group} aria-labelledby={`group-${group}`}>
            <Title order={2} id={`group-${group}`} className={classes.group}>
              {text.review.group[group]} <span className={classes.count}>{items.length}</span>
            </Title>
            <ul className={classes.rows}>
              {items.map((pullRequest) => (
                <ReviewRow key={pullRequest.id} pullRequest={pullRequest} />
              ))}
            </ul>
          </section>
        ))}
        {more !== undefined && (
          <Center p="md">
            <Button
              variant="default"
              loading={more.isFetchingNextPage}
              onClick={() => void more.fetchNextPage()}
            >
              {text.review.more}
            </Button>
          </Center>
        )}
        {!isPending && failed === undefined && more === undefined && shown.length === 0 && (
          <Center p="xl">
            {isFiltered ? <NoMatch onClear={() => void navigate({ search: {} })} /> : <Empty />}
          </Center>
        )}
      </div>
    </>
  );
}

function usePullRequests(status: Status, wanted: Status | null) {
  const { search, repository } = useSearch({ from: "/inside/review" });
  const query = useInfiniteQuery({
    ...pullRequestsQuery(status, { search, repository }),
    enabled: wanted === null || wanted === status,
  });
  return { query, items: query.data?.pages.flatMap((page) => page.items) ?? [] };
}

const statusOf = (group: Group): Status => (group === "merged" || group === "closed" ? group : "open");

function NoMatch({ onClear }: { readonly onClear: () => void }) {
  return (
    <Stack align="center">
      <Text>{text.review.none}</Text>
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
