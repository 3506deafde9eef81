import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failed } from "../../components/failed.tsx";
import { Loading } from "../../components/loading/loading.tsx";

/** What was asked for, once it is there. */
export function Loaded<Data>({
  query,
  children,
}: {
  readonly query: UseQueryResult<Data>;
  readonly children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  return <Waiting query={query} />;
}

/** That it is not there yet, or why it does not come; nothing when it is there. */
export function Waiting({
  query,
}: {
  readonly query: Pick<UseQueryResult, "error" | "isPending" | "refetch">;
}) {
  if (query.error !== null) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.isPending) return null;
  return <Loading size="sm" />;
}
