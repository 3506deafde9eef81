import { useQuery } from "@tanstack/react-query";
import { authorChoices } from "../api/choices.ts";
import { usePerson } from "../api/who.ts";

/** Returns the name of a member, or null if it is unknown or has not loaded. */
export function useMemberName(userId: string | null): string | null {
  const query = { ...authorChoices(usePerson().organizationId), enabled: userId !== null };
  return useQuery(query).data?.find(({ value }) => value === userId)?.label ?? null;
}
