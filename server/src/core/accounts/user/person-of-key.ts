import { unknownEmail } from "../member/member.ts";
import type { AccountsQueries } from "../ports.ts";
import type { MessageAuthor } from "./message-author.ts";
import { noReplyAddress, type User } from "./user.ts";

/** Whose key it is; null for none, and for a person who is gone. */
export async function personOfKey(
  store: Pick<AccountsQueries, "apiKeys" | "users">,
  keyId: string | null,
): Promise<User | null> {
  const userId = keyId === null ? null : await store.apiKeys.userOf(keyId);
  return userId === null ? null : store.users.find(userId);
}

/** Whose words a key of the organization brought; null while the person has said nothing of themselves, or is gone. */
export async function authorOfKey(
  store: Pick<AccountsQueries, "apiKeys" | "users" | "members">,
  organizationId: string,
  keyId: string | null,
): Promise<MessageAuthor | null> {
  return authorIn(store, organizationId, await personOfKey(store, keyId));
}

/** As the organization knows the person: with an address that it has confirmed, or one of ours that leads nowhere. */
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

/** What a person goes by; null while they have said nothing of themselves. */
export function nameOf(user: User | null): string | null {
  if (user === null || user.email === null || user.email === unknownEmail) return null;
  return user.name ?? user.email.slice(0, user.email.lastIndexOf("@"));
}

/** The `harness:model[:provider]` that a person works with unless told otherwise; null without one. */
export function preferredAgent(user: User | null): string | null {
  const agent = user?.settings.defaultAgent;
  return typeof agent === "string" ? agent : null;
}
