import { queryOptions, useQuery } from "@tanstack/react-query";
import type { SessionMessage } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";

const PAGE_SIZE = 100;

/** Messages by ID. Events do not contain the sender. */
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

/** Returns the message's author, or undefined if the author is unknown or the message has not loaded. */
export function useAuthorOf(sessionId: string, messageId: string): string | undefined {
  const message = useMessage(sessionId, messageId);
  return message?.author?.name ?? message?.createdBy ?? undefined;
}

/** Returns the ID of the user who sent the message, null if no user sent it, or undefined until it has loaded. */
export function useSenderId(sessionId: string, messageId: string): string | null | undefined {
  return useMessage(sessionId, messageId)?.userId;
}

function useMessage(sessionId: string, messageId: string): SessionMessage | undefined {
  return useQuery(messagesQuery(sessionId)).data?.get(messageId);
}
