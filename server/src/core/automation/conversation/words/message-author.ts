import type { MessageAuthor } from "../../../accounts/index.ts";
import type { ForgeUser } from "../../../forges/index.ts";

/**
 * Returns the author for commits. If the forge does not disclose the person's email address, uses a no-reply address
 * that contains `host`. Pure.
 */
export function messageAuthor(user: ForgeUser, host: string): MessageAuthor {
  const mailbox = `${user.id}+${user.login}`.replaceAll(/[^A-Za-z0-9._+-]/g, "-");
  return {
    name: plain(user.name ?? "") || plain(user.login) || "Unknown",
    email: plain(user.email ?? "") || `${mailbox}@users.noreply.${host}`,
    login: user.login,
    avatarUrl: user.avatarUrl,
  };
}

/** Removes angle brackets and control characters, which do not belong in a git identity, and trims the text. */
const plain = (text: string) => text.replaceAll(/[<>\p{Cc}]/gu, "").trim();
