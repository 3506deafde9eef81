import type { MessageAuthor } from "../../../accounts/index.ts";
import type { ForgeUser } from "../../../forges/index.ts";

/** Who is named as author of the commits. `host` stands in the address of people whose forge keeps their own to itself. Pure. */
export function messageAuthor(user: ForgeUser, host: string): MessageAuthor {
  const mailbox = `${user.id}+${user.login}`.replaceAll(/[^A-Za-z0-9._+-]/g, "-");
  return {
    name: plain(user.name ?? "") || plain(user.login) || "Unknown",
    email: plain(user.email ?? "") || `${mailbox}@users.noreply.${host}`,
    login: user.login,
    avatarUrl: user.avatarUrl,
  };
}

/** Git takes neither angle brackets nor control characters. */
const plain = (text: string) => text.replaceAll(/[<>\p{Cc}]/gu, "").trim();
