import { z } from "zod";
import type { ForgeUser } from "../../../core/forges/index.ts";
import { optionalText, userSchema } from "../webhook/payload.ts";

/** Fields of a user in API responses that the adapter reads. Webhooks omit `web_url` and `bot`. */
export const apiUserSchema = userSchema.extend({ web_url: optionalText, bot: z.boolean().nullish() });

export type GitlabUser = z.infer<typeof apiUserSchema>;

export function toUser(user: GitlabUser): ForgeUser {
  return {
    id: String(user.id),
    login: user.username,
    name: user.name ?? null,
    email: shownEmail(user.email),
    avatarUrl: user.avatar_url ?? null,
    profileUrl: user.web_url ?? null,
    isBot: user.bot ?? isBotName(user.username),
  };
}

/** Returns the email address, or null if it is private. Webhooks contain "[REDACTED]" instead of a private address. */
const shownEmail = (email: string | null | undefined) => (email?.includes("@") === true ? email : null);

/**
 * True if the username has a bot's form, because payloads do not mark bots. The users of project and group access tokens and GitLab's own
 * users have such names. "ghost" represents deleted users. A service account is recognized only by its default name.
 */
const isBotName = (username: string) =>
  /^(project|group)_\d+_bot(_|$|\d)/.test(username) ||
  /^service_account_(group_\d+_)?[0-9a-f]+$/.test(username) ||
  username === "ghost" ||
  /^(alert|support|security|automation|GitLab)-?bot\d*$/i.test(username);
