import { queryOptions, useQuery } from "@tanstack/react-query";
import type { SessionMessage } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";

const PAGE_SIZE = 100;

/** The messages by their ids: events do not tell who wrote them. */
export const messagesQuery = (sessionId: string) =>
  queryOptions({
    queryKey: ["session-messages", sessionId],
    queryFn: async ({ signal }) => {
      const messages = new Map<string, SessionMessage>();
      for await (const message of tembo.sessions.messages.list(sessionId, { limit: PAGE_SIZE }, { signal }))
        messages.set(message.id, message);
      return messages;
    },
  });

/** Undefined until it is known. */
export function useAuthorOf(sessionId: string, messageId: string): string | undefined {
  const { data } = useQuery(messagesQuery(sessionId));
  const message = data?.get(messageId);
  return message?.author?.name ?? message?.createdBy ?? undefined;
}
