import { Button, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { settingsText } from "../../text/settings/index.ts";
import { Waiting } from "./loaded.tsx";
import classes from "./rows.module.css";
import type { PagesQuery } from "./use-pages.ts";

/** Rows of a list, or of its loaded pages. Shows the empty state if there are none. */
export function Rows({
  query,
  label,
  empty,
  children,
}: {
  readonly query: Pick<UseQueryResult, "error" | "isPending" | "refetch"> &
    Partial<Pick<PagesQuery, "hasNextPage" | "isFetchingNextPage" | "fetchNextPage">>;
  readonly label: string;
  readonly empty: string;
  readonly children: readonly ReactNode[];
}) {
  if (query.isPending || (query.error !== null && children.length === 0)) return <Waiting query={query} />;
  if (children.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {empty}
      </Text>
    );
  return (
    <>
      <ul className={classes.rows} aria-label={label}>
        {children}
      </ul>
      {query.hasNextPage === true && (
        <Button
          variant="default"
          size="xs"
          loading={query.isFetchingNextPage === true}
          onClick={() => void query.fetchNextPage?.()}
        >
          {settingsText.more}
        </Button>
      )}
    </>
  );
}

export function Row({
  title,
  mark,
  about,
  children,
}: {
  readonly title: ReactNode;
  readonly mark?: ReactNode;
  readonly about?: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <li className={classes.row}>
      <div className={classes.words}>
        <Text size="sm" fw={600} dir="auto" component="div">
          {title} {mark}
        </Text>
        {about !== undefined && (
          <Text size="xs" c="dimmed" dir="auto" component="div">
            {about}
          </Text>
        )}
      </div>
      {children !== undefined && <div className={classes.actions}>{children}</div>}
    </li>
  );
}
