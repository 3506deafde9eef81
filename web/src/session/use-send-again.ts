import { useMutation, useQueryClient } from "@tanstack/react-query";
import { tembo } from "../api/client.ts";
import { text } from "../text/index.ts";
import { messagesQuery } from "./messages-query.ts";

/**
 * Returns a mutation that sends the message again as a new message, with the same text, command, files and connections.
 * Its variable is the harness and model for the message, or null for the session's.
 */
export function useSendAgain(sessionId: string, messageId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (agent: string | null) => {
      const message = (await client.fetchQuery(messagesQuery(sessionId))).get(messageId);
      if (message === undefined) throw new Error(text.session.turnEnd.messageGone);
      const { content, attachments, slashCommand, mcpServers } = message;
      return tembo.messages.create({
        sessionId,
        content,
        mcpServers,
        attachments: attachments.map(({ id }) => id),
        ...(slashCommand !== null && { slashCommand }),
        ...(agent !== null && { agent }),
      });
    },
  });
}
