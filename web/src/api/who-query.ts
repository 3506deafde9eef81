import { queryOptions } from "@tanstack/react-query";
import { tembo } from "./client.ts";

/** Who is signed in, if anybody. */
export const whoQuery = queryOptions({
  queryKey: ["who"],
  queryFn: ({ signal }) => tembo.signIn.retrieve({ signal }),
  staleTime: 60_000,
});
