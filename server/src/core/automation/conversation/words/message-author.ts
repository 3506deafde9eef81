import type { MessageAuthor } from "../../../accounts/index.ts";
import type { ForgeUser } from "../../../forges/index.ts";

/**
 * Returns the author of the commits. `host` forms the address of people whose forge does not disclose their own. Pure.
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

/** Git accepts neither angle brackets nor control characters. */
const plain = (text: string) => text.replaceAll(/[<>\p{Cc}]/gu, "").trim();
