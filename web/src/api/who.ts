import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { tembo } from "./client.ts";

/** Who is signed in, if anybody. */
export const whoQuery = queryOptions({
  queryKey: ["who"],
  queryFn: ({ signal }) => tembo.signIn.retrieve({ signal }),
  staleTime: 60_000,
});

/** The person of a page inside. */
export function usePerson() {
  const { data } = useSuspenseQuery(whoQuery);
  if (data.user === null) throw new Error("Nobody is signed in.");
  return data.user;
}
