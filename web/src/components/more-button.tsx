import { Button, type ButtonProps } from "@mantine/core";
import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { text } from "../text/index.ts";

export interface MoreButtonProps extends Pick<ButtonProps, "size" | "fullWidth" | "className"> {
  readonly query: Pick<UseInfiniteQueryResult, "hasNextPage" | "isFetchingNextPage" | "fetchNextPage">;
}

/** Button that loads the next page of a list. Renders nothing after the last page. */
export function MoreButton({ query, ...look }: MoreButtonProps) {
  if (!query.hasNextPage) return null;
  return (
    <Button
      variant="default"
      loading={query.isFetchingNextPage}
      onClick={() => void query.fetchNextPage()}
      {...look}
    >
      {text.general.more}
    </Button>
  );
}
