import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failed } from "../../components/failed.tsx";
import { Loading } from "../../components/loading/loading.tsx";

/** Renders loaded data, or the query's loading or error state. */
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

/** Loading or error state of a query. Renders nothing once the data has loaded. */
export function Waiting({
  query,
}: {
  readonly query: Pick<UseQueryResult, "error" | "isPending" | "refetch">;
}) {
  if (query.error !== null) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.isPending) return null;
  return <Loading size="sm" />;
}
