import type { MessageAuthor } from "../message/message.ts";
import type { Queries } from "../ports/store/store.ts";
import { unknownEmail } from "./user.ts";

/** Whose words a key brought; null while the person has said nothing of themselves, or is gone. */
export async function authorOfKey(
  store: Pick<Queries, "apiKeys" | "users">,
  keyId: string | null,
): Promise<MessageAuthor | null> {
  const userId = keyId === null ? null : await store.apiKeys.userOf(keyId);
  const user = userId === null ? null : await store.users.find(userId);
  if (user === null || user.email === null || user.email === unknownEmail) return null;
  const name = user.name ?? user.email.slice(0, user.email.lastIndexOf("@"));
  return { name, email: user.email, login: null, avatarUrl: null };
}
