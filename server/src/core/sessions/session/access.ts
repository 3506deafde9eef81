import type { Role, Viewer } from "../../accounts/index.ts";
import { AppError } from "../../base/index.ts";
import type { SessionEvent } from "../event/event.ts";
import type { SessionsStore } from "../ports.ts";
import { getVisibleSession } from "./require-visible.ts";

/** The viewer as authenticated when the connection was opened. */
export interface Access extends Viewer {
  readonly apiKeyId: string;
  readonly role: Role;
}

type AccessStore = Pick<SessionsStore, "apiKeys" | "sessions" | "followAccess">;

/**
 * Checks access again. Throws `unauthenticated` if the key or sign-in was revoked or has expired, or if its owner has
 * left the organization or has a different role. Throws `not_found` if `sessionId` is given and the owner may not see
 * the session.
 */
export async function requireAccess(
  store: Pick<SessionsStore, "apiKeys" | "sessions">,
  access: Access,
  sessionId: string | null,
): Promise<void> {
  const person = await store.apiKeys.personOf(access.apiKeyId);
  if (person === null || person.userId !== access.userId)
    throw new AppError(
      "unauthenticated",
      "The API key or sign-in is no longer valid. Sign in again, or use another API key.",
    );
  if (person.role !== access.role)
    throw new AppError("unauthenticated", "Your role in the organization has changed. Connect again.");
  if (sessionId !== null) await getVisibleSession(store, access, sessionId);
}

/** True if the error is a rejection by `requireAccess`, and not a failed lookup. */
export function isAccessRefusal(cause: unknown): cause is AppError {
  return cause instanceof AppError && (cause.code === "unauthenticated" || cause.code === "not_found");
}

/**
 * Yields the events of a session after `afterSeq` while the viewer may see it. Each change of access triggers a check,
 * and no event is yielded while a check runs. Ends when the signal aborts. Throws the errors of `requireAccess`.
 */
export function followVisibleEvents(
  store: AccessStore & Pick<SessionsStore, "followEvents">,
  { access, sessionId, afterSeq }: { access: Access; sessionId: string; afterSeq: number },
  signal: AbortSignal,
): AsyncGenerator<SessionEvent, void, undefined> {
  const follow = (either: AbortSignal) => store.followEvents(sessionId, afterSeq, either);
  return followWhileAllowed(store, { access, sessionId, follow }, signal);
}

/**
 * Yields the items of `follow` while the viewer has access, in the same way as `followVisibleEvents`. If `sessionId` is
 * null, the items belong to no session.
 */
export async function* followWhileAllowed<Item>(
  store: AccessStore,
  {
    access,
    sessionId,
    follow,
  }: {
    readonly access: Access;
    readonly sessionId: string | null;
    readonly follow: (signal: AbortSignal) => AsyncIterable<Item>;
  },
  signal: AbortSignal,
): AsyncGenerator<Item, void, undefined> {
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
    for await (const item of follow(either)) {
      await checked;
      yield item;
    }
    // The items may end before the viewer loses access.
    over.abort();
    await watching;
  } finally {
    over.abort();
  }
}
