import type { Session } from "../session/session.ts";
import type { MessageReferences } from "./message.ts";

/** Returns the content of the first message: the prompt, followed by the description. */
export function promptOf(session: Pick<Session, "prompt" | "description">): string {
  return session.description === null ? session.prompt : `${session.prompt}\n\n${session.description}`;
}

/** Returns the client's references from the session, which its first message receives. */
export function referencesOf({
  richContent,
  sourcePullRequestId,
}: Pick<Session, "richContent" | "sourcePullRequestId">): MessageReferences {
  return { richContent, artifactId: null, pullRequestId: sourcePullRequestId };
}
