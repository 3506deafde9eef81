import type { MessageAuthor } from "../message/message.ts";
import type { Queries } from "../ports/store/store.ts";
import { type User, unknownEmail } from "./user.ts";

/** Whose key it is; null for none, and for a person who is gone. */
export async function personOfKey(
  store: Pick<Queries, "apiKeys" | "users">,
  keyId: string | null,
): Promise<User | null> {
  const userId = keyId === null ? null : await store.apiKeys.userOf(keyId);
  return userId === null ? null : store.users.find(userId);
}

/** Whose words a key brought; null while the person has said nothing of themselves, or is gone. */
export async function authorOfKey(
  store: Pick<Queries, "apiKeys" | "users">,
  keyId: string | null,
): Promise<MessageAuthor | null> {
  return authorOf(await personOfKey(store, keyId));
}

export function authorOf(user: User | null): MessageAuthor | null {
  if (user === null || user.email === null || user.email === unknownEmail) return null;
  const name = user.name ?? user.email.slice(0, user.email.lastIndexOf("@"));
  return { name, email: user.email, login: null, avatarUrl: null };
}

/** The `harness:model[:provider]` that a person works with unless told otherwise; null without one. */
export function preferredAgent(user: User | null): string | null {
  const agent = user?.settings.defaultAgent;
  return typeof agent === "string" ? agent : null;
}
