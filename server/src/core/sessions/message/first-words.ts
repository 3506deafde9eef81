import type { Session } from "../session/session.ts";
import type { MessageReferences } from "./message.ts";

/** Returns the session's prompt, followed by its description, if any. The first message begins with this text. */
export function promptOf(session: Pick<Session, "prompt" | "description">): string {
  return session.description === null ? session.prompt : `${session.prompt}\n\n${session.description}`;
}

/**
 * Returns the references of the session. Its first message receives them unless the message has references of its own.
 */
export function referencesOf({
  richContent,
  sourcePullRequestId,
}: Pick<Session, "richContent" | "sourcePullRequestId">): MessageReferences {
  return { richContent, artifactId: null, pullRequestId: sourcePullRequestId };
}
