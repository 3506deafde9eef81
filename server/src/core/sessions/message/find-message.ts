import { AppError } from "../../base/index.ts";
import type { SessionsQueries } from "../ports.ts";
import type { Message } from "./message.ts";

/** Returns the message, even if it was deleted, or null if it does not exist. */
export async function findMessage(
  { messages }: Pick<SessionsQueries, "messages">,
  id: string,
): Promise<Message | null> {
  try {
    return await messages.get(id);
  } catch (cause) {
    if (cause instanceof AppError && cause.code === "not_found") return null;
    throw cause;
  }
}
