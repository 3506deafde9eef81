import { queryOptions } from "@tanstack/react-query";
import { tembo } from "../../api/client.ts";

const REFRESH_MS = 10_000;

export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: ({ signal }) => tembo.status.retrieve({ signal }),
  refetchInterval: REFRESH_MS,
});
