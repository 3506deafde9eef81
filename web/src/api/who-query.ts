import { queryOptions } from "@tanstack/react-query";
import { tembo } from "./client.ts";

/** The signed-in user, or null if the request is not authenticated. */
export const whoQuery = queryOptions({
  queryKey: ["who"],
  queryFn: ({ signal }) => tembo.signIn.retrieve({ signal }),
  staleTime: 60_000,
});
