import { useSuspenseQuery } from "@tanstack/react-query";
import { whoQuery } from "./who-query.ts";

/** The person of a page inside. */
export function usePerson() {
  const { data } = useSuspenseQuery(whoQuery);
  if (data.user === null) throw new Error("Nobody is signed in.");
  return data.user;
}
