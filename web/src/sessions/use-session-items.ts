import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import type { SessionListItem } from "@tembo-io/sdk";
import { useCallback } from "react";
import { repositoryNames } from "../api/choices.ts";
import { useAgentNames } from "../api/use-agent-names.ts";
import type { useBulk } from "./selection/use-bulk.tsx";
import type { SessionItemProps } from "./session-parts.tsx";
import { usePin } from "./use-pin.ts";

/** Returns the actions on single sessions, and the properties that their rows or cards have in common. */
export function useSessionItems(
  sessions: readonly SessionListItem[],
  run: ReturnType<typeof useBulk>["run"],
) {
  const names = useQuery(repositoryNames).data;
  const nameOf = useAgentNames(sessions.map(({ agent }) => agent));
  const { sort } = useSearch({ from: "/inside/sessions" });
  const { mutate: pin } = usePin();
  const archive = useCallback(
    (session: SessionListItem) => void run(session.archivedAt === null ? "archive" : "unarchive", [session]),
    [run],
  );
  const propsOf = (session: SessionListItem): Omit<SessionItemProps, "onFocus"> => ({
    session,
    repositoryNames: names,
    agentName: nameOf(session.agent),
    sort,
    onPin: pin,
    onArchive: archive,
  });
  return { pin, archive, propsOf };
}
