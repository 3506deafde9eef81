import { AppError } from "../../base/index.ts";
import type { SessionsStore } from "../ports.ts";
import type { ShownMessage } from "./shown-message.ts";

/**
 * Returns the message. Throws `not_found`, including for a deleted message and for a message of another organization.
 */
export async function getMessage(
  { messages }: Pick<SessionsStore, "messages">,
  organizationId: string,
  id: string,
): Promise<ShownMessage> {
  const message = await messages.find(organizationId, id);
  if (message === null) throw noMessage(id);
  return message;
}

export const noMessage = (id: string) => new AppError("not_found", `Message ${id} was not found.`);
