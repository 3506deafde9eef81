import type { Message } from "./message.ts";

type Given = Pick<Message, "id" | "sessionId" | "content" | "createdAt"> & Partial<Message>;

/** Returns a message with defaults for all fields that are not given. */
export function newMessage(given: Given): Message {
  return {
    author: null,
    sentByKeyId: null,
    request: null,
    source: null,
    turnId: null,
    delivery: { mode: "queue" },
    agent: null,
    options: null,
    slashCommand: null,
    mcpServers: [],
    references: { richContent: null, artifactId: null, pullRequestId: null },
    attachments: [],
    updatedAt: given.createdAt,
    ...given,
  };
}
