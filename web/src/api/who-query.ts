import { queryOptions } from "@tanstack/react-query";
import { tembo } from "./client.ts";

/** The sign-in state. `user` is null if no user is signed in. */
export const whoQuery = queryOptions({
  queryKey: ["who"],
  queryFn: ({ signal }) => tembo.signIn.retrieve({ signal }),
  staleTime: 60_000,
});
