import type { Session } from "../session/session.ts";
import type { MessageReferences } from "./message.ts";

/** Returns the content of the first message: the prompt, followed by the description. */
export function promptOf(session: Pick<Session, "prompt" | "description">): string {
  return session.description === null ? session.prompt : `${session.prompt}\n\n${session.description}`;
}

/** Returns the client's references of the session, which are passed on to its first message. */
export function referencesOf({
  richContent,
  sourcePullRequestId,
}: Pick<Session, "richContent" | "sourcePullRequestId">): MessageReferences {
  return { richContent, artifactId: null, pullRequestId: sourcePullRequestId };
}
