import { unknownEmail } from "../member/member.ts";
import type { AccountsQueries } from "../ports.ts";
import type { MessageAuthor } from "./message-author.ts";
import { noReplyAddress, type User } from "./user.ts";

/**
 * Returns the owner of an API key or a sign-in, or null if `keyId` is null or unknown, or if the person was deleted.
 */
export async function personOfKey(
  store: Pick<AccountsQueries, "apiKeys" | "users">,
  keyId: string | null,
): Promise<User | null> {
  const userId = keyId === null ? null : await store.apiKeys.userOf(keyId);
  return userId === null ? null : store.users.find(userId);
}

/**
 * Returns the author of messages that were sent with an API key or a sign-in, or null if `personOfKey` or `authorIn`
 * returns null.
 */
export async function authorOfKey(
  store: Pick<AccountsQueries, "apiKeys" | "users" | "members">,
  organizationId: string,
  keyId: string | null,
): Promise<MessageAuthor | null> {
  return authorIn(store, organizationId, await personOfKey(store, keyId));
}

/**
 * Returns the user as an author, or null if the user is null or has not set an address. The author has the user's
 * address if the organization has confirmed it, or a no-reply address otherwise.
 */
export async function authorIn(
  store: Pick<AccountsQueries, "members">,
  organizationId: string,
  user: User | null,
): Promise<MessageAuthor | null> {
  const name = nameOf(user);
  if (user === null || user.email === null || name === null) return null;
  const member = await store.members.ofUser(organizationId, user.id);
  const email = member?.isEmailVerified ? user.email : noReplyAddress(user.id);
  return { name, email, login: null, avatarUrl: null };
}

/** Returns a person's display name, or null if the user is null or has not set an address. */
export function nameOf(user: User | null): string | null {
  if (user === null || user.email === null || user.email === unknownEmail) return null;
  return user.name ?? user.email.slice(0, user.email.lastIndexOf("@"));
}

/** Returns a person's default agent (`harness:model[:provider]`), or null if they have none. */
export function preferredAgent(user: User | null): string | null {
  const agent = user?.settings.defaultAgent;
  return typeof agent === "string" ? agent : null;
}
