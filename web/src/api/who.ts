import { useSuspenseQuery } from "@tanstack/react-query";
import { whoQuery } from "./who-query.ts";

/** The person of a page inside. */
export function usePerson() {
  const { data } = useSuspenseQuery(whoQuery);
  if (data.user === null) throw new Error("You are not signed in. Sign in and try again.");
  return data.user;
}
