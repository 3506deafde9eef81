import { useSuspenseQuery } from "@tanstack/react-query";
import { whoQuery } from "./who-query.ts";

/** Returns the signed-in user. Throws if no user is signed in. Use it only on pages that require a sign-in. */
export function usePerson() {
  const { data } = useSuspenseQuery(whoQuery);
  if (data.user === null) throw new Error("You are not signed in. Sign in and try again.");
  return data.user;
}
