import type { Role, Viewer } from "../../accounts/index.ts";
import { AppError } from "../../base/index.ts";
import type { SessionEvent } from "../event/event.ts";
import type { SessionsStore } from "../ports.ts";
import { getVisibleSession } from "./require-visible.ts";

/** Who watches, as it was when the connection was opened. */
export interface Access extends Viewer {
  readonly apiKeyId: string;
  readonly role: Role;
}

type AccessStore = Pick<SessionsStore, "apiKeys" | "sessions" | "followAccess">;

/**
 * Throws `unauthenticated` when the key was revoked or has expired, or its person has left or has another role, and `not_found` when the
 * session, where one is named, is not visible to that person.
 */
export async function requireAccess(
  store: Pick<SessionsStore, "apiKeys" | "sessions">,
  access: Access,
  sessionId: string | null,
): Promise<void> {
  const person = await store.apiKeys.personOf(access.apiKeyId);
  if (person === null || person.userId !== access.userId)
    throw new AppError("unauthenticated", "The API key was revoked; make a new one.");
  if (person.role !== access.role)
    throw new AppError("unauthenticated", "Your role in the organization has changed; connect again.");
  if (sessionId !== null) await getVisibleSession(store, access, sessionId);
}

/** Whether an error is the refusal of `requireAccess`, and no failure to look the access up. */
export function isAccessRefusal(cause: unknown): cause is AppError {
  return cause instanceof AppError && (cause.code === "unauthenticated" || cause.code === "not_found");
}

/**
 * The events of a session after `afterSeq` for as long as the viewer may see it. The access is checked at each change of it, and no event is
 * handed over while a check runs. Ends when the signal aborts. Throws as `requireAccess`.
 */
export async function* followVisibleEvents(
  store: AccessStore & Pick<SessionsStore, "followEvents">,
  { access, sessionId, afterSeq }: { access: Access; sessionId: string; afterSeq: number },
  signal: AbortSignal,
): AsyncGenerator<SessionEvent, void, undefined> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  let checked = Promise.resolve();
  const watching = (async () => {
    for await (const _ of store.followAccess(access.organizationId, either)) {
      checked = requireAccess(store, access, sessionId);
      await checked;
    }
  })().finally(() => over.abort());
  watching.catch(() => {});
  try {
    for await (const event of store.followEvents(sessionId, afterSeq, either)) {
      await checked;
      yield event;
    }
    await watching;
  } finally {
    over.abort();
  }
}
