import type { Session } from "../session/session.ts";
import type { MessageReferences } from "./message.ts";

/** The words of the first message: the prompt, then its detail. */
export function promptOf(session: Pick<Session, "prompt" | "description">): string {
  return session.description === null ? session.prompt : `${session.prompt}\n\n${session.description}`;
}

/** What a client said of the session for its own use goes with its first message. */
export function referencesOf({
  richContent,
  sourcePullRequestId,
}: Pick<Session, "richContent" | "sourcePullRequestId">): MessageReferences {
  return { richContent, artifactId: null, pullRequestId: sourcePullRequestId };
}
