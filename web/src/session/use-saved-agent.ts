import { useQuery } from "@tanstack/react-query";
import { agentQuery } from "../agents/agents-query.ts";
import { useSenderId } from "./messages-query.ts";
import { sessionQuery } from "./session-query.ts";

export interface SavedAgent {
  readonly id: string;
  readonly name: string;
}

/** Returns the saved agent with this ID, or null if it was deleted or has not loaded. */
export function useSavedAgent(agentId: string | null): SavedAgent | null {
  const { data } = useQuery({
    ...agentQuery(agentId ?? ""),
    enabled: agentId !== null,
    refetchInterval: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return agentId === null || data === undefined ? null : { id: agentId, name: data.name };
}

/** Returns the saved agent that sent the message, or null if a person sent it. */
export function useStartingAgent(sessionId: string, messageId: string): SavedAgent | null {
  const { data: session } = useQuery(sessionQuery(sessionId));
  const isFromPerson = useSenderId(sessionId, messageId) !== null;
  return useSavedAgent(isFromPerson ? null : (session?.agentId ?? null));
}
